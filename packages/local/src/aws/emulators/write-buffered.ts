import { WRITE_BUFFERED_PATH } from "@rainhooks/stage/write-buffered";
import type { ServiceHandler } from "./gateway.ts";

/**
 * Returns a service that makes Firehose write its buffers on request, and passes all other requests to
 * another service.
 */
export function servingWrites(write: () => Promise<void>, other: ServiceHandler): ServiceHandler {
  return (request, response) => {
    if (request.url !== WRITE_BUFFERED_PATH) return other(request, response);
    if (request.method !== "POST") {
      response.writeHead(405).end();
      return undefined;
    }
    const respond = (status: number) => void response.writeHead(status).end();
    return write().then(
      () => respond(204),
      () => respond(500),
    );
  };
}
