import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { localServer } from "../local-server.ts";
import type { InvocationOutcome } from "./function-process.ts";

/** The function behind a URL. */
export interface FunctionUrlOptions {
  readonly invoke: (event: APIGatewayProxyEventV2) => Promise<InvocationOutcome>;
  readonly nowMs: () => number;
  /** Called when the function returns no response. */
  readonly onFailure: (text: string) => void;
}

/** Maximum bytes of a request that Lambda accepts. */
const MAX_BYTES = 6 * 1024 * 1024;

/**
 * Creates a function URL on this machine: each request becomes an invocation with payload version 2. Like
 * everything on the local stage, it needs no signature; it serves only this machine.
 */
export function functionUrl({ invoke, nowMs, onFailure }: FunctionUrlOptions): Server {
  return localServer(
    async (request, response) => {
      const outcome = await invoke(toEvent(request, await text(request), nowMs()));
      if (outcome.kind === "error") {
        onFailure(`${request.method} ${request.url}: ${outcome.error.errorMessage}`);
        reply(response, { statusCode: 502, body: '{"Message":"Internal Server Error"}' });
        return;
      }
      reply(response, outcome.result as APIGatewayProxyStructuredResultV2);
    },
    { maxBodyBytes: () => MAX_BYTES, onProblem: onFailure },
  );
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
