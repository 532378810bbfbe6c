import type { DataType } from "@rainhooks/core/decode/series-value";
import { VALUE_KINDS } from "@rainhooks/time-series/kind";
import { AGGREGATES } from "@rainhooks/time-series/query";
import * as v from "valibot";
import { jsonValue, listOf, timeMs } from "./json.ts";

const DATA_TYPES = [
  "int",
  "float",
  "bool",
  "string",
  "array",
  "object",
] as const satisfies readonly DataType[];

/** A page of a node's series. */
export const seriesList = v.object({
  nodeId: v.string(),
  series: listOf(
    v.object({
      name: v.string(),
      kinds: v.pipe(
        listOf(v.picklist(VALUE_KINDS)),
        v.description("Kinds of values that the series has had."),
      ),
      dataType: v.optional(v.picklist(DATA_TYPES)),
      last: v.optional(v.object({ atMs: timeMs, value: jsonValue })),
    }),
  ),
});

/** A page of the values of a series. */
export const seriesValues = v.object({
  nodeId: v.string(),
  series: v.string(),
  kind: v.optional(
    v.pipe(v.picklist(VALUE_KINDS), v.description("Kind of the values; absent if all kinds are returned.")),
  ),
  aggregate: v.picklist(AGGREGATES),
  fromMs: timeMs,
  toMs: timeMs,
  values: listOf(
    v.object({
      atMs: v.pipe(timeMs, v.description("Time of the point, or start of the window; epoch milliseconds.")),
      endMs: v.optional(v.pipe(timeMs, v.description("End of the window (exclusive), epoch milliseconds."))),
      value: jsonValue,
      count: v.optional(v.pipe(v.number(), v.integer(), v.description("Number of points in the window."))),
      min: v.optional(
        v.pipe(v.number(), v.description("Beside an average: the lowest value of the window.")),
      ),
      max: v.optional(
        v.pipe(v.number(), v.description("Beside an average: the highest value of the window.")),
      ),
    }),
  ),
});
