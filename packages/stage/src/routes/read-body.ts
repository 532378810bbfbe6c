import { isTimeMs } from "@rainhooks/core/decode/time";
import { RainhooksError } from "@rainhooks/core/errors";
import { tryParseJson } from "@rainhooks/core/json";
import type { Context } from "hono";
import * as v from "valibot";

/** A time, in epoch milliseconds. */
export const timeMs = v.custom<number>(isTimeMs);

/** @throws {RainhooksError} `input-invalid` for values that are not what the route needs. */
export function read<Values>(values: unknown, schema: v.GenericSchema<unknown, Values>): Values {
  const parsed = v.safeParse(schema, values);
  if (parsed.success) return parsed.output;
  const names = parsed.issues.map((issue) => v.getDotPath(issue) ?? "the body").join(", ");
  throw new RainhooksError("input-invalid", `Missing or wrong: ${names}.`, { permanent: true });
}

/** @throws {RainhooksError} `input-invalid` for a body that is not what the action needs. */
export async function readBody<Body>(
  context: Context,
  schema: v.GenericSchema<unknown, Body>,
): Promise<Body> {
  return read(tryParseJson(await context.req.text()), schema);
}
