import type { ServerResponse } from "node:http";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import type { ReceivedRequest } from "@rainhooks/testing/receiver";

/**
 * A service that destinations of the documentation send to. It responds as the documentation of the real one
 * says.
 */
export interface Service {
  readonly respond: (request: ReceivedRequest, response: ServerResponse) => void;
}

/** What a service responds. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** Makes a service of a function that returns the response. */
export function serviceOf(answer: (request: ReceivedRequest) => Answer): Service {
  return {
    respond: (request, response) => {
      const { status, headers = {}, body = "" } = answer(request);
      const text = typeof body === "string" ? body : JSON.stringify(body);
      response.writeHead(status, headers).end(text);
    },
  };
}

/** Returns the JSON object of a request that says that it has one; `undefined` for any other request. */
export function jsonObjectOf({ headers, body }: ReceivedRequest): JsonObject | undefined {
  if (!/^application\/json(;|$)/.test(headers["content-type"] ?? "")) return undefined;
  const value = tryParseJson(body);
  return isJsonObject(value) ? value : undefined;
}
