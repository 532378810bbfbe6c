import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** Serves a request of one AWS service. */
export type ServiceHandler = (request: IncomingMessage, response: ServerResponse) => void;

const CREDENTIAL_SCOPE = /Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/;

/**
 * One HTTP endpoint for several AWS services, as `AWS_ENDPOINT_URL` wants it: the service is named in the signature's
 * credential scope.
 */
export function createGateway(
  services: Readonly<Record<string, ServiceHandler>>,
  otherwise: ServiceHandler,
): Server {
  return createServer((request, response) => {
    const service = CREDENTIAL_SCOPE.exec(request.headers.authorization ?? "")?.[1];
    const handler = service === undefined ? undefined : services[service];
    (handler ?? otherwise)(request, response);
  });
}
