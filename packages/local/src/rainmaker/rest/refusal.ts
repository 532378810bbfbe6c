import type { JsonObject, JsonValue } from "@rainhooks/core/json";

/** An error in RainMaker's format: a status, RainMaker's own code, and a description. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  readonly code: number;

  constructor(code: number, description: string, status = 400) {
    super(description);
    this.code = code;
    this.status = status;
  }
}

/** Creates the error for an invalid body. */
export function invalidBody(): ApiRefusal {
  return new ApiRefusal(100006, "Invalid request body");
}

/**
 * Reads a string of a body.
 *
 * @throws {ApiRefusal} with `code` when it is missing.
 */
export function text(body: JsonObject, name: string, code: number, description: string): string {
  const value = body[name];
  if (typeof value === "string" && value !== "") return value;
  throw new ApiRefusal(code, description);
}

/** Reads the strings of a list in a body. */
export function texts(value: JsonValue | undefined): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw invalidBody();
}
