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

/**
 * Maximum bytes of a request and of a payload. Source: AWS Lambda developer guide, "Lambda quotas".
 */
const MAX_BYTES = 6 * 1024 * 1024;

/**
 * Creates a function URL on this machine: each request becomes an invocation with payload version
 * 2. Like everything on the local stage, it needs no signature; it serves only this machine.
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

/**
 * Source of the format: AWS Lambda developer guide, "Invoking Lambda function URLs", payload
 * version 2.0.
 */
function toEvent(request: IncomingMessage, body: string, nowMs: number): APIGatewayProxyEventV2 {
  const { method = "GET", url = "/", headers } = request;
  const [rawPath = "/", ...query] = url.split("?");
  const domainName = headers.host ?? "";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: query.join("?"),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, String(value)]),
    ),
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

/** The function behind the API. */
export interface InvokeApiOptions {
  /** Deployed name of the function. */
  readonly name: string;
  readonly invoke: (event: unknown) => Promise<InvocationOutcome>;
  /** Called when an invocation fails. */
  readonly onFailure: (text: string) => void;
}

/**
 * Creates a server with the call "Invoke" of Lambda's API for one function, which waits for the
 * result. Like everything on the local stage, it needs no signature; it serves only this machine.
 *
 * Source of the format: AWS Lambda API reference, "Invoke".
 */
export function invokeApi({ name, invoke, onFailure }: InvokeApiOptions): Server {
  const path = `/2015-03-31/functions/${name}/invocations`;
  return localServer(
    async (request, response) => {
      const fail = (status: number, type: string, message: string) => {
        response.writeHead(status, {
          "content-type": "application/json",
          "x-amzn-errortype": type,
        });
        response.end(JSON.stringify({ Message: message }));
      };
      if (request.method !== "POST" || request.url !== path)
        return fail(404, "ResourceNotFoundException", `There is only POST ${path}.`);
      const event = parsed(await text(request));
      if (event === undefined)
        return fail(400, "InvalidRequestContentException", "The payload must be JSON.");
      const outcome = await invoke(event.value);
      if (outcome.kind === "result") {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(outcome.result ?? null));
        return;
      }
      const { errorType, errorMessage } = outcome.error;
      onFailure(errorMessage);
      response.writeHead(200, {
        "content-type": "application/json",
        "x-amz-function-error": "Unhandled",
      });
      response.end(JSON.stringify({ errorType, errorMessage }));
    },
    { maxBodyBytes: () => MAX_BYTES, onProblem: onFailure },
  );
}

function parsed(body: string): { readonly value: unknown } | undefined {
  if (body === "") return { value: {} };
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
}
