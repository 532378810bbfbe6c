import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core";
import { objectIn } from "./changes.ts";
import type { EventContent } from "./neo-event.ts";

/** A reading, and when its row was written. */
export interface ReadRow extends EventContent {
  readonly nodeId: JsonValue | undefined;
  readonly timestamp: JsonValue | undefined;
  /** Identifies the record of the stream. */
  readonly recordId: JsonValue | undefined;
}

/**
 * Returns the reading in a record of the stream of Neo's table of readings; `undefined` if it has none: of a row that is deleted. A second value of a series
 * in one millisecond replaces the row, and is a reading, too. Sources: espressif/esp-rainmaker-neo, docs/en/specs/timeseries.md; Amazon DynamoDB Streams API
 * reference, "Record".
 */
export function readingOfRow(record: JsonObject): ReadRow | undefined {
  const change = objectIn(record, "dynamodb");
  const row = rowOf(objectIn(change, "NewImage"));
  if (row === undefined) return undefined;
  const { node_id: nodeId, key, ts, dt, value, tz, cumulative } = row;
  const known = Object.entries({ name: key, dt, t: ts, v: value, tz, cumulative });
  const data: JsonObject = Object.fromEntries(
    known.filter((entry): entry is [string, JsonValue] => isThere(entry[1])),
  );
  return {
    type: "rmaker.event.node_ts_data",
    nodeId,
    timestamp: change?.["ApproximateCreationDateTime"],
    recordId: record["eventID"],
    data,
  };
}

function isThere(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function rowOf(image: JsonObject | undefined): JsonObject | undefined {
  if (image === undefined) return undefined;
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, plainValue(value)]));
}

/** Returns a value of DynamoDB as JSON. A set or bytes are none of a reading. */
function plainValue(typed: JsonValue): JsonValue {
  if (!isJsonObject(typed)) return null;
  const { S, N, BOOL, L, M } = typed;
  if (typeof S === "string" || typeof BOOL === "boolean") return S ?? BOOL ?? null;
  if (typeof N === "string") return Number(N);
  if (Array.isArray(L)) return L.map(plainValue);
  return isJsonObject(M) ? (rowOf(M) ?? null) : null;
}
