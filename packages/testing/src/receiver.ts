import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { text } from "node:stream/consumers";
import type { TestCertificate } from "./certificate.ts";
import { listenOnLoopback } from "./listen.ts";

/** A request that a receiver got. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of HTTP requests on this machine. */
export interface TestReceiver {
  /** `http://127.0.0.1:<port>`; with a certificate `https://localhost:<port>`. */
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Returns how many connections were made. */
  connections(): number;
  /** Closes the connections that are not in use, as a server does after a while. */
  closeIdleConnections(): void;
  stop(): Promise<void>;
}

/** Responds to a request. */
type Respond = (request: ReceivedRequest, response: ServerResponse) => void;

/**
 * Starts a receiver of HTTP requests.
 *
 * @param respond Responds to a request, or leaves it without a response. @defaultValue status 204
 * @param certificate Makes it a receiver of HTTPS requests to `localhost`.
 *
 * @example
 * ```ts
 * import { startReceiver } from "@rainhooks/webhook-testing";
 *
 * const receiver = await startReceiver((_, response) => response.writeHead(503).end());
 * const { status } = await fetch(receiver.url, { method: "POST", body: "{}" });
 * console.log(status, receiver.requests.length); // 503 1
 * await receiver.stop();
 * ```
 */
export async function startReceiver(
  respond: Respond = (_, response) => response.writeHead(204).end(),
  certificate?: TestCertificate,
): Promise<TestReceiver> {
  const requests: ReceivedRequest[] = [];
  let connections = 0;
  const server = certificate === undefined ? createServer() : createTlsServer({ ...certificate });
  server.on("connection", () => {
    connections += 1;
  });
  server.on("request", async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const received = { method, path, headers, body: await text(request) };
    requests.push(received);
    respond(received, response);
  });
  const url = await listenOnLoopback(server);
  return {
    url: certificate === undefined ? url : url.replace("http://127.0.0.1", "https://localhost"),
    requests,
    connections: () => connections,
    closeIdleConnections: () => server.closeIdleConnections(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
