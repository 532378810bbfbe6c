import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import type { UrlHandler } from "../lambda.ts";

/** A request, with the parts that the API reads. */
export interface Call {
  readonly method?: string;
  /** Path, percent-encoded. */
  readonly path: string;
  /** Query, percent-encoded, without the question mark. */
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signed?: boolean;
  readonly leftMs?: number;
}

/** A response. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Calls a function as its URL does. */
export async function call(
  handler: UrlHandler,
  {
    method = "GET",
    path,
    query = "",
    body,
    headers: sent = { accept: "*/*" },
    leftMs = 30_000,
    signed = true,
  }: Call,
): Promise<Reply> {
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: sent,
    requestContext: {
      ...(signed ? { authorizer: { iam: { accountId: "123456789012" } } } : {}),
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
    },
    isBase64Encoded: false,
    ...(body === undefined ? {} : { body }),
  } as unknown as APIGatewayProxyEventV2;
  const context = { awsRequestId: "request", getRemainingTimeInMillis: () => leftMs } as Context;
  const { statusCode = 0, headers = {}, body: text = "" } = await handler(event, context);
  return { status: statusCode, headers, text };
}
