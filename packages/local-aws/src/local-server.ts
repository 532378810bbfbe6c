import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { messageOf } from "@rainhooks/core";

/** Serves a request; whatever it throws is answered with 500. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** How a server of the local stage treats what it does not serve. */
export interface LocalServerOptions {
  /** Bytes that the body of a request may have. */
  readonly maxBodyBytes: (request: IncomingMessage) => number;
  /** Told when a request could not be served because of a mistake here. */
  readonly onProblem: (text: string) => void;
}

/** Names under which this machine may be addressed. Any other name is a web page that points its own name here. */
const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9.-]+\.)?localhost)(?::\d+)?$/i;
/** What browsers say of a request that no other site has caused. */
const OWN_SITE: ReadonlySet<unknown> = new Set([undefined, "same-origin", "none"]);

/**
 * A server for this machine alone. A page in the user's browser reaches loopback too, so requests are refused that name another
 * host, come from another origin or are sent across sites; bodies are bounded while they arrive; and no request, however
 * broken, ends the process.
 */
export function localServer(listener: Listener, { maxBodyBytes, onProblem }: LocalServerOptions): Server {
  const server = createServer((request, response) => {
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    if (isForeign(request)) {
      refuse(request, response, 403, "Forbidden: this server answers programs on this machine only.");
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
  server.on("clientError", (_, socket) => socket.destroy());
  return server;
}

/** True for a request that names another host, or that a page of another origin has caused. */
function isForeign({ headers }: Pick<IncomingMessage, "headers">): boolean {
  const { host = "", origin } = headers;
  if (!LOOPBACK.test(host)) return true;
  if (!OWN_SITE.has(headers["sec-fetch-site"])) return true;
  return origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
}

/** Ends a request whose body is larger than it may be, when its headers say so or when it has come so far. */
function boundBody(request: IncomingMessage, response: ServerResponse, maxBytes: number): boolean {
  const tooLarge = () => refuse(request, response, 413, `The body has more than ${maxBytes} bytes.`);
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

function refuse(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
  if (response.headersSent || response.destroyed) {
    request.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  // What is still to come of the body is not read.
  response.end(JSON.stringify({ message }), () => request.destroy());
}
