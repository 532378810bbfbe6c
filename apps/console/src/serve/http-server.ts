import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

/** Maximum bytes of the body of a request: actions are small. */
const MAX_BODY_BYTES = 64 * 1024;

/** Serves a request. */
export type HandleRequest = (request: Request) => Response | Promise<Response>;

/**
 * Creates a server for a function from requests to responses. No request, however broken, ends the
 * process.
 */
export function httpServer(fetch: HandleRequest): Server {
  const server = createServer((incoming, outgoing) => {
    serve(fetch, incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.on("clientError", (_, socket) => socket.destroy());
  return server;
}

async function serve(
  fetch: HandleRequest,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (UNSENDABLE.test(incoming.method ?? "")) {
    outgoing.writeHead(405, { connection: "close" }).end();
    return;
  }
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort());
  const request = await toRequest(incoming, gone.signal);
  if (request === undefined) {
    outgoing.writeHead(413, { connection: "close" }).end(() => incoming.destroy());
    return;
  }
  const response = await fetch(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null || incoming.method === "HEAD") outgoing.end();
  // The browser may leave before the end.
  else await pipeline(response.body, outgoing).catch(() => undefined);
}

/** Methods that a Request cannot have. */
const UNSENDABLE = /^(connect|trace|track)$/i;

/** Converts a request; returns `undefined` if its body is too large. */
async function toRequest(
  incoming: IncomingMessage,
  signal: AbortSignal,
): Promise<Request | undefined> {
  const { method = "GET", url = "/", headers } = incoming;
  const body = await bodyOf(incoming);
  if (body === undefined) return undefined;
  const list = Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    String(value ?? ""),
  ]);
  const hasBody = body.length > 0 && method !== "GET" && method !== "HEAD";
  return new Request(new URL(url, "http://127.0.0.1"), {
    method,
    headers: list,
    signal,
    ...(hasBody ? { body } : {}),
  });
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += (chunk as Buffer).byteLength;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
