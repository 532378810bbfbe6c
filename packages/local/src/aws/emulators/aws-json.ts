import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";

/** An error in AWS's JSON protocol. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/**
 * Serves one request of a service with AWS JSON 1.1: the action is in `X-Amz-Target`, input and output are
 * JSON.
 */
export async function serveAwsJson(
  call: (action: string, input: JsonObject) => Promise<JsonObject>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const action = String(request.headers["x-amz-target"] ?? "").replace(/^.*\./, "");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const input = tryParseJson(Buffer.concat(chunks).toString("utf8") || "{}");
    if (!isJsonObject(input))
      throw new AwsError("SerializationException", "The request is not a JSON object.");
    respond(response, 200, await call(action, input));
  } catch (error) {
    const known = error instanceof AwsError ? error : new AwsError("InternalFailure", messageOf(error), 500);
    respond(response, known.status, { __type: known.type, message: known.message });
  }
}

/**
 * Reads a required string of a request.
 *
 * @throws {AwsError} `ValidationException` when it is missing.
 */
export function text(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value === "string" && value !== "") return value;
  throw new AwsError("ValidationException", `${name} is missing.`);
}

function respond(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify(body));
}
