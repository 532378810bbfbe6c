import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { localServer } from "../local-server.ts";

/** Serves a request of one AWS service. */
export type ServiceHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A service, and the maximum bytes of its requests. */
export interface EmulatedService {
  readonly serve: ServiceHandler;
  readonly maxBodyBytes: number;
}

const CREDENTIAL_SCOPE = /Credential=[^/]{1,128}\/\d{8}\/[^/]{1,64}\/([^/]{1,64})\/aws4_request/;

/**
 * Creates one HTTP endpoint for several AWS services, for `AWS_ENDPOINT_URL`: the service of a request is in
 * its signature's credential scope.
 */
export function createGateway(
  services: ReadonlyMap<string, EmulatedService>,
  otherwise: EmulatedService,
  onProblem: (text: string) => void,
): Server {
  const serviceOf = ({ headers }: IncomingMessage) =>
    services.get(CREDENTIAL_SCOPE.exec(headers.authorization ?? "")?.[1] ?? "") ?? otherwise;
  return localServer((request, response) => serviceOf(request).serve(request, response), {
    maxBodyBytes: (request) => serviceOf(request).maxBodyBytes,
    onProblem,
  });
}
