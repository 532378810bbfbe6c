import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { closeAtOnce, listen } from "../local-server.ts";

/** A proxy in front of AWS services. */
export interface ServiceProxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts a proxy. A request without a response loses its connection. */
export async function startProxy(
  respond: (request: IncomingMessage, body: Buffer) => Promise<Reply | undefined>,
): Promise<ServiceProxy> {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const reply = await respond(request, await buffer(request));
    if (reply === undefined) response.destroy();
    else response.writeHead(reply.status, reply.headers).end(reply.body);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const endpoint = `http://${await listen(server, 0, "--port")}`;
  return {
    endpoint,
    stop: () => closeAtOnce(server),
  };
}

/** The response of a service. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Headers that belong to a connection, or to a body that may be changed. */
const OWN_HEADERS = new Set(
  "connection content-length expect host transfer-encoding x-amz-crc32".split(" "),
);

/** Sends a request on to the service behind a proxy, with another body if need be. */
export async function forward(
  target: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<Reply> {
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" && !OWN_HEADERS.has(name) ? [[name, value]] : [],
  );
  const method = request.method ?? "POST";
  const response = await fetch(new URL(request.url ?? "/", target), {
    method,
    headers,
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  });
  return {
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => !OWN_HEADERS.has(name))),
    body: Buffer.from(await response.arrayBuffer()),
  };
}
