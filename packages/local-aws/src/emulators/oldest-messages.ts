import { OLDEST_MESSAGES_PATH, type OldestMessages } from "@rainhooks/stage";
import type { ServiceHandler } from "./gateway.ts";

/** Returns a service that serves when the oldest message of each queue was sent, and passes all other requests to another one. */
export function servingOldestMessages(oldest: () => OldestMessages, other: ServiceHandler): ServiceHandler {
  return (request, response) => {
    if (request.url !== OLDEST_MESSAGES_PATH) return other(request, response);
    response.writeHead(request.method === "GET" ? 200 : 400, { "content-type": "application/json" });
    response.end(JSON.stringify(oldest()));
    return undefined;
  };
}
