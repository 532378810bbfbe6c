import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { InvocationOutcome } from "./function-process.ts";

/** What stands behind a URL. */
export interface FunctionUrlOptions {
  readonly invoke: (event: APIGatewayProxyEventV2) => Promise<InvocationOutcome>;
  readonly nowMs: () => number;
  /** Told of what the function does not answer. */
  readonly onFailure: (text: string) => void;
}

/** Names under which this machine may be asked. Any other name is a web page that has itself pointed here. */
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
/** Most bytes of a request that Lambda takes. */
const MOST_BYTES = 6 * 1024 * 1024;

/**
 * A function URL on this machine: each request becomes an invocation with payload version 2, one after the other. It asks for no
 * signature, as nothing on the local stage does; it answers this machine only.
 */
export function functionUrl({ invoke, nowMs, onFailure }: FunctionUrlOptions): Server {
  let before: Promise<unknown> = Promise.resolve();
  const inTurn = (event: APIGatewayProxyEventV2) => {
    const turn = before.then(() => invoke(event));
    before = turn;
    return turn;
  };
  return createServer(async (request, response) => {
    if (!LOOPBACK.test(request.headers.host ?? "")) {
      request.resume();
      reply(response, { statusCode: 403, body: '{"Message":"Forbidden"}' });
      return;
    }
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) {
      reply(response, { statusCode: 413, body: '{"Message":"Request Entity Too Large"}' });
      return;
    }
    const outcome = await inTurn(toEvent(request, body, nowMs()));
    if (outcome.kind === "error") {
      onFailure(`${request.method} ${request.url}: ${outcome.error.errorMessage}`);
      reply(response, { statusCode: 502, body: '{"Message":"Internal Server Error"}' });
      return;
    }
    reply(response, outcome.result as APIGatewayProxyStructuredResultV2);
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers["content-length"] ?? 0) > MOST_BYTES) {
    request.resume();
    throw new RangeError("too large");
  }
  return text(request);
}

/** Source of the format: AWS Lambda developer guide, "Invoking Lambda function URLs", payload version 2.0. */
function toEvent(request: IncomingMessage, body: string, nowMs: number): APIGatewayProxyEventV2 {
  const { method = "GET", url = "/", headers } = request;
  const [rawPath = "/", ...query] = url.split("?");
  const domainName = headers.host ?? "";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: query.join("?"),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName,
      domainPrefix: "local",
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: new Date(nowMs).toUTCString(),
      timeEpoch: nowMs,
    },
    ...(body === "" ? {} : { body }),
    isBase64Encoded: false,
  };
}

function reply(
  response: ServerResponse,
  { statusCode = 200, headers = {}, body = "" }: APIGatewayProxyStructuredResultV2,
): void {
  const contentType = { "content-type": "application/json" };
  response.writeHead(statusCode, { ...contentType, ...(headers as Record<string, string>) });
  response.end(body);
}
