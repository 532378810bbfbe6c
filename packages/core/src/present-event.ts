import { parseTimeMs, SECONDS_END } from "./decode/time.ts";
import { RainhooksError } from "./errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** What a developer changes in the sample of an event. */
export interface EventChanges {
  readonly node: string | undefined;
  /** Fields of the event's data that replace those of the sample. */
  readonly data: JsonObject;
}

const TIMES = new Set(["timestamp", "registrationtimestamp", "t", "start", "raised", "end"]);
const NODES = new Set(["nodeid", "nodes"]);
const DATA = "eventdata";

/**
 * Makes an event of the present from a sample: all of its times move by the same duration, so that
 * the event happens now and its readings keep their distances.
 *
 * @throws {RainhooksError} `input-invalid` when the event has no node that could be another one.
 */
export function presentEvent(
  sample: JsonObject,
  { node, data }: EventChanges,
  nowMs: number,
): JsonObject {
  const [, sampleTime] = Object.entries(sample).find(([name]) => plain(name) === "timestamp") ?? [];
  const shiftMs = nowMs - (parseTimeMs(sampleTime) ?? nowMs);
  const event = mapFields(sample, (name, value) =>
    TIMES.has(name) ? shifted(value, shiftMs) : value,
  );
  const named = node === undefined ? event : withNode(event, node);
  return mapOwn(named, (name, value) =>
    name === DATA && isJsonObject(value) ? merged(value, data) : value,
  );
}

function withNode(event: JsonObject, node: string): JsonObject {
  let count = 0;
  const changed = mapFields(event, (name, value) => {
    if (!NODES.has(name)) return value;
    count += 1;
    return Array.isArray(value) ? [node] : node;
  });
  if (count > 0) return changed;
  throw new RainhooksError(
    "input-invalid",
    "The event is not about a node, so it cannot be about another one.",
  );
}

/** Replaces fields, whatever the casing of their names; other fields are added. */
function merged(before: JsonObject, changes: JsonObject): JsonObject {
  const changed = new Set(Object.keys(changes).map(plain));
  const kept = Object.entries(before).filter(([name]) => !changed.has(plain(name)));
  return Object.fromEntries([...kept, ...Object.entries(changes)]);
}

/** Moves a time by a duration; it keeps its format. */
function shifted(value: JsonValue, shiftMs: number): JsonValue {
  const atMs = parseTimeMs(value);
  if (atMs === undefined) return value;
  const ms = atMs + shiftMs;
  if (typeof value === "number") return value < SECONDS_END ? Math.floor(ms / 1000) : ms;
  return usDateTime(ms);
}

/** Returns a time as RainMaker's samples have it: `MM-DD-YYYY HH:MM:SS` in UTC. */
export function usDateTime(atMs: number): string {
  const [date = "", time = ""] = new Date(atMs).toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${month}-${day}-${year} ${time.slice(0, 8)}`;
}

/** Maps the fields of an object and of all objects in it; the names are passed without casing. */
function mapFields(
  object: JsonObject,
  map: (name: string, value: JsonValue) => JsonValue,
): JsonObject {
  const inside = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(inside);
    return isJsonObject(value) ? mapFields(value, map) : value;
  };
  return mapOwn(object, (name, value) => map(name, inside(value)));
}

function mapOwn(
  object: JsonObject,
  map: (name: string, value: JsonValue) => JsonValue,
): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, map(plain(name), value)]),
  );
}

function plain(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}
