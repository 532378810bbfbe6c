import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { Context } from "hono";
import { type RequestFields, readRequest } from "../operations/read-request.ts";
import type { Params, ValuesOf } from "../query/params/param.ts";

/**
 * @throws {RainhooksError} `input-invalid` with each parameter of the URL that is not what the
 * route needs.
 */
export function readQuery<Of extends Params>(context: Context, fields: Of): ValuesOf<Of> {
  return read(fields, context.req.query());
}

/**
 * @throws {RainhooksError} `input-invalid` with each field of the body that is not what the action
 * needs.
 */
export async function readBody<Of extends Params>(
  context: Context,
  fields: Of,
): Promise<ValuesOf<Of>> {
  const body = tryParseJson(await context.req.text());
  return read(fields, isJsonObject(body) ? body : {});
}

function read<Of extends Params>(fields: Of, given: RequestFields): ValuesOf<Of> {
  return readRequest(fields, given, { nowMs: Date.now(), door: "console" });
}
