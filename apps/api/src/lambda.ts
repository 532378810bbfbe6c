import { jsonLog } from "@rainhooks/webhook/observe/log";
import type { LogLevel } from "@rainhooks/webhook/observe/log-level";
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from "aws-lambda";
import type { Hono } from "hono";
import type { RequestBindings } from "./app.ts";

/** Options of the function. */
export interface LambdaOptions {
  readonly stage: string;
  readonly api: string;
  readonly logLevel: LogLevel;
  readonly writeLine: (line: string) => void;
  readonly nowMs: () => number;
}

/** The function behind a URL, as Lambda calls it. */
export type UrlHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * Connects an app to a function URL or an HTTP API (payload version 2). One line is logged for each
 * request: its path and its outcome, never its parameters or result.
 */
export function lambdaHandler(
  app: Hono<{ Bindings: RequestBindings }>,
  { stage, api, logLevel, writeLine, nowMs }: LambdaOptions,
): UrlHandler {
  return async (event, context) => {
    const startedMs = nowMs();
    const log = jsonLog(
      writeLine,
      { stage, api, requestId: context.awsRequestId },
      nowMs,
      logLevel,
    );
    const leftMs = () => context.getRemainingTimeInMillis();
    const { method } = event.requestContext.http;
    // A function URL that requires AWS credentials adds the caller's identity.
    const signed = "authorizer" in event.requestContext;
    const response = await app.fetch(toRequest(event), { log, leftMs, signed });
    const body = await response.text();
    log("info", "Responded", {
      method,
      path: event.rawPath,
      status: response.status,
      ms: nowMs() - startedMs,
    });
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), body };
  };
}

/**
 * Methods that a Request cannot have. They are rejected like any other method except GET and HEAD.
 */
const UNSENDABLE = /^(connect|trace|track)$/i;

/**
 * Creates a request without body and headers: the app does not read them, and a Request cannot hold
 * every value of them.
 */
function toRequest({ rawPath, rawQueryString, requestContext }: APIGatewayProxyEventV2): Request {
  const url = new URL("https://function");
  url.pathname = rawPath;
  url.search = rawQueryString;
  const { method } = requestContext.http;
  return new Request(url, { method: UNSENDABLE.test(method) ? "POST" : method });
}
