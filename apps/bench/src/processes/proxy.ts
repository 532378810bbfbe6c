import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core";
import { forward } from "@rainhooks/local-aws";
import { listenOnLoopback } from "@rainhooks/testing";

/** A call to a service. */
export interface Call {
  /** Such as `PutItem`. */
  readonly action: string;
  readonly input: JsonObject;
}

/** What a proxy does with a call: it refuses it, or changes the request and its response. */
export type Handling =
  | { readonly kind: "refuse"; readonly status: number; readonly error: string }
  | {
      readonly kind: "forward";
      /** `undefined`: the service is not called, and the response is made from an empty one. */
      readonly input: JsonObject | undefined;
      readonly toResponse?: (response: JsonObject) => JsonObject;
    };

/** A proxy in front of the services. */
export interface ServiceProxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts a proxy in this process. Calls that are not JSON pass through it unchanged. */
export async function startProxy(target: string, handle: (call: Call) => Handling): Promise<ServiceProxy> {
  const server = createServer((request, response) => {
    serve(target, handle, request, response).catch(() => response.destroy());
  });
  const endpoint = await listenOnLoopback(server);
  return {
    endpoint,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(
  target: string,
  handle: (call: Call) => Handling,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  const action = String(request.headers["x-amz-target"] ?? "").split(".")[1];
  const input = action === undefined ? undefined : tryParseJson(body.toString());
  if (action === undefined || !isJsonObject(input)) {
    const reply = await forward(target, request, body);
    response.writeHead(reply.status, reply.headers).end(reply.body);
    return;
  }
  const handling = handle({ action, input });
  if (handling.kind === "refuse") {
    const { status, error } = handling;
    response.writeHead(status, JSON_TYPE).end(JSON.stringify({ __type: error, message: "Slow down." }));
    return;
  }
  await respond(target, handling, request, response);
}

const JSON_TYPE = { "content-type": "application/x-amz-json-1.0" };

async function respond(
  target: string,
  { input, toResponse = (same) => same }: Extract<Handling, { kind: "forward" }>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (input === undefined) {
    response.writeHead(200, JSON_TYPE).end(JSON.stringify(toResponse({})));
    return;
  }
  const { status, headers, body } = await forward(target, request, Buffer.from(JSON.stringify(input)));
  const output = status === 200 ? tryParseJson(body.toString()) : undefined;
  const changed = isJsonObject(output) ? Buffer.from(JSON.stringify(toResponse(output))) : body;
  response.writeHead(status, headers).end(changed);
}
