import { hash } from "node:crypto";
import { MAX_BODY_BYTES } from "@rainhooks/core/decode/decode";
import { RainhooksError } from "@rainhooks/core/errors";
import {
  describeValue,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
} from "@rainhooks/core/json";
import { type EventContent, eventsOfShadow, type NeoEvent, objectIn } from "./shadow.ts";

/** Maximum bytes of a message with its attributes. Source: Amazon SNS developer guide, "Message size". */
export const MAX_EVENT_BYTES = 256 * 1024 - 1024;

/** What AWS IoT accepts as the name of a thing. Source: AWS IoT API reference, "CreateThing". */
const NODE_ID = /^[\w:-]{1,128}$/;

/**
 * Reads a message of Neo's queue: what the rule of AWS IoT selects of an update of a shadow, or a record of
 * the stream of the table of readings. The same message has the same events. Many have none: a shadow is also
 * updated when nothing of it is an event.
 *
 * @throws {RainhooksError} `body-not-json` or `data-invalid`, permanent: the message can never be read.
 */
export function readInput(text: string): NeoEvent[] {
  if (text.length > MAX_BODY_BYTES) throw invalid(`it has more than ${MAX_BODY_BYTES} characters`);
  const parsed = parseJson(text);
  if (!parsed.ok && parsed.reason === "not-json")
    throw new RainhooksError(
      "body-not-json",
      `A message of RainMaker Neo is not JSON: ${describeValue(text)}.`,
      {
        permanent: true,
      },
    );
  if (!parsed.ok) throw invalid("it is nested too deeply");
  if (!isJsonObject(parsed.value)) throw invalid(`expected an object, got ${describeValue(parsed.value)}`);
  return "dynamodb" in parsed.value ? rowEvents(parsed.value) : shadowEvents(parsed.value);
}

function rowEvents(record: JsonObject): NeoEvent[] {
  const reading = readingOfRow(record);
  if (reading === undefined) return [];
  const { nodeId, timestamp, recordId } = reading;
  return [
    eventOf(nodeIdIn(nodeId), reading, { timestamp, isOf: recordId === undefined ? undefined : [recordId] }),
  ];
}

function shadowEvents({ node_id, shadow, timestamp, version, previous, current }: JsonObject): NeoEvent[] {
  const nodeId = nodeIdIn(node_id);
  if (typeof shadow !== "string") throw invalid(`shadow: expected a name, got ${describeValue(shadow)}`);
  const said = eventsOfShadow({ nodeId, shadow, timestamp, previous, current });
  return said.map((one, index) =>
    eventOf(nodeId, one, {
      timestamp,
      isOf: version === undefined ? undefined : [shadow, version, timestamp, index],
    }),
  );
}

function nodeIdIn(value: JsonValue | undefined): string {
  if (typeof value === "string" && NODE_ID.test(value)) return value;
  throw invalid(`node_id: expected the name of a thing, got ${describeValue(value)}`);
}

/** The time of a message, and the part of a node that it is about; a repeated message has the same. */
interface Said {
  readonly timestamp: JsonValue | undefined;
  readonly isOf: readonly (JsonValue | undefined)[] | undefined;
}

function eventOf(nodeId: string, { type, data }: EventContent, { timestamp, isOf }: Said): NeoEvent {
  const text = JSON.stringify({
    ...(isOf === undefined ? {} : { id: idOf([nodeId, type, ...isOf]) }),
    event_type: type,
    ...(timestamp === undefined ? {} : { timestamp }),
    event_data: { node_id: nodeId, ...data },
  });
  // No JSON must escape them, and no queue takes them as they are.
  const body = text.replace(/[\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);
  if (Buffer.byteLength(body) <= MAX_EVENT_BYTES) return { type, nodeId, body };
  throw invalid(
    `its event of ${nodeId} would have more than ${MAX_EVENT_BYTES} bytes, which SNS does not take`,
  );
}

function idOf(parts: readonly (JsonValue | undefined)[]): string {
  return `neo_${hash("sha256", JSON.stringify(parts), "base64url")}`;
}

function invalid(reason: string): RainhooksError {
  return new RainhooksError("data-invalid", `A message of RainMaker Neo cannot be read: ${reason}.`, {
    permanent: true,
  });
}

/** A reading, and when its row was written. */
interface ReadRow extends EventContent {
  readonly nodeId: JsonValue | undefined;
  readonly timestamp: JsonValue | undefined;
  /** Identifies the record of the stream. */
  readonly recordId: JsonValue | undefined;
}

/**
 * Returns the reading in a record of the stream of Neo's table of readings; `undefined` if it has none: of a
 * row that is deleted. A second value of a series in one millisecond replaces the row, and is a reading, too.
 * Sources: espressif/esp-rainmaker-neo, docs/en/specs/timeseries.md; Amazon DynamoDB Streams API reference,
 * "Record".
 */
function readingOfRow(record: JsonObject): ReadRow | undefined {
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
