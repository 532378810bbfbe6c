import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { listen } from "../listen.ts";
import type { Faults } from "./faults.ts";
import { partialCall } from "./partial.ts";

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
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Error codes with which services throttle. */
const THROTTLES: Readonly<Record<string, string>> = {
  DynamoDB_20120810: "ProvisionedThroughputExceededException",
  Firehose_20150804: "ServiceUnavailableException",
  AmazonSQS: "RequestThrottled",
};

/**
 * Starts a proxy between functions and services. Some of the calls are throttled, fail, lose their connection
 * before or after the service has handled them, take long, or fail in part.
 */
export async function startFaultProxy(target: string, faults: Faults): Promise<ServiceProxy> {
  const end = new AbortController();
  const { endpoint, stop } = await startProxy(async (request, body) => {
    const [service = "", action = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
    const fault = faults.next();
    if (fault === "reset") return undefined;
    if (fault === "throttle") return refusal(service, 400, THROTTLES[service] ?? "ThrottlingException");
    if (fault === "error") return refusal(service, 500, "InternalServerError");
    if (fault === "slow") await pause(faults.delayMs(), undefined, { signal: end.signal });
    const reply =
      fault === "partial"
        ? await forwardPart(target, faults, request, action, body)
        : await forward(target, request, body);
    // The service has handled the call, but the client gets no response.
    return fault === "lost" ? undefined : reply;
  });
  return {
    endpoint,
    stop: async () => {
      end.abort();
      await stop();
    },
  };
}

async function forwardPart(
  target: string,
  faults: Faults,
  request: IncomingMessage,
  action: string,
  body: Buffer,
): Promise<Reply> {
  const input = tryParseJson(body.toString());
  const part = isJsonObject(input) ? partialCall(action, input, () => faults.refusesEntry()) : undefined;
  if (part === undefined) return forward(target, request, body);
  const reply =
    part.forwarded === undefined
      ? { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: Buffer.from("{}") }
      : await forward(target, request, Buffer.from(JSON.stringify(part.forwarded)));
  const content = tryParseJson(reply.body.toString());
  if (reply.status !== 200 || !isJsonObject(content)) return reply;
  return { ...reply, body: Buffer.from(JSON.stringify(part.toResponse(content))) };
}

/** Refuses a call in the format of the service: SNS, which names no target in its headers, has XML. */
function refusal(service: string, status: number, code: string): Reply {
  const message = "A simulated fault.";
  const text =
    service === ""
      ? `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`
      : JSON.stringify({ __type: code, message });
  const headers = { "content-type": service === "" ? "text/xml" : "application/x-amz-json-1.1" };
  return { status, headers, body: Buffer.from(text) };
}

/** The response of a service. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Headers that belong to a connection, or to a body that may be changed. */
const OWN_HEADERS = new Set(["connection", "content-length", "host", "transfer-encoding", "x-amz-crc32"]);

/** Sends a request on to the service behind a proxy, with another body if need be. */
export async function forward(target: string, request: IncomingMessage, body: Buffer): Promise<Reply> {
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
