import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";

/** Serves a request; if it throws, the response has status 500. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Limits and error handling of a local server. */
export interface LocalServerOptions {
  /** Returns the maximum bytes of a request's body. */
  readonly maxBodyBytes: (request: IncomingMessage) => number;
  /** Called when a request failed because of an internal error. */
  readonly onProblem: (text: string) => void;
}

/**
 * Host names of this machine. With any other name, the request comes from a web page whose own name
 * points to this machine.
 */
const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9.-]+\.)?localhost)(?::\d+)?$/i;
/**
 * Longer than clients keep a connection that they do not use: one that the server closes may be the
 * one that a client has just chosen.
 */
const KEEP_ALIVE_MS = 600_000;
/** Values of `sec-fetch-site` for requests that were not caused by another site. */
const OWN_SITE: ReadonlySet<unknown> = new Set([undefined, "same-origin", "none"]);

/**
 * Creates a server for this machine only. Web pages in the user's browser can also reach loopback,
 * so requests with another host, from another origin or across sites are rejected. Bodies are
 * limited while they arrive, and no request, however broken, ends the process.
 */
export function localServer(
  listener: Listener,
  { maxBodyBytes, onProblem }: LocalServerOptions,
): Server {
  const server = createServer((request, response) => {
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    if (isForeign(request)) {
      refuse(
        request,
        response,
        403,
        "Forbidden: this server only accepts requests of programs on this machine.",
      );
      return;
    }
    if (!boundBody(request, response, maxBodyBytes(request))) return;
    Promise.resolve()
      .then(() => listener(request, response))
      .catch((error: unknown) => {
        onProblem(`${request.method} ${request.url}: ${messageOf(error)}`);
        refuse(request, response, 500, "Internal error.");
      });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on("clientError", (_, socket) => socket.destroy());
  return server;
}

/** True for a request with another host, or one that a page of another origin caused. */
function isForeign({ headers }: Pick<IncomingMessage, "headers">): boolean {
  const { host = "", origin } = headers;
  if (!LOOPBACK.test(host)) return true;
  if (!OWN_SITE.has(headers["sec-fetch-site"])) return true;
  return origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
}

/** Rejects a request whose body is too large, by its headers or by the bytes received so far. */
function boundBody(request: IncomingMessage, response: ServerResponse, maxBytes: number): boolean {
  const tooLarge = () =>
    refuse(request, response, 413, `The body has more than ${maxBytes} bytes.`);
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) {
    tooLarge();
    return false;
  }
  const push = request.push.bind(request);
  let bytes = 0;
  request.push = (chunk: unknown, encoding?: BufferEncoding) => {
    bytes += chunk instanceof Uint8Array ? chunk.byteLength : 0;
    if (bytes <= maxBytes) return push(chunk, encoding);
    tooLarge();
    return false;
  };
  return true;
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
): void {
  if (response.headersSent || response.destroyed) {
    request.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  // The rest of the body is not read.
  response.end(JSON.stringify({ message }), () => request.destroy());
}

const HOST = "127.0.0.1";

/**
 * Makes a server listen on a port of this machine, on loopback only; returns its address, such as
 * `127.0.0.1:4566`.
 *
 * @param flag The flag that selects another port.
 * @throws {RainhooksError} `stage-failed` when the port cannot be opened.
 */
export function listen(server: NetServer, port: number, flag: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const message =
        error.code === "EADDRINUSE"
          ? `Port ${port} is already in use. Choose another one with ${flag}, or omit ${flag} to use a free port.`
          : `Port ${port} cannot be opened: ${error.message}`;
      reject(new RainhooksError("stage-failed", message, { cause: error }));
    });
    server.listen(port, HOST, () => {
      resolve(`${HOST}:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** Closes a server with all its connections, also those that are in use. */
export async function closeAtOnce(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/**
 * Checks that a port of this machine is free; 0 stands for any that is.
 *
 * @param flag The flag that selects another port.
 * @throws {RainhooksError} `stage-failed` when the port cannot be opened.
 */
export async function requireFreePort(port: number, flag: string): Promise<void> {
  const server = createServer();
  await listen(server, port, flag);
  server.close();
}
