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

/**
 * Maximum bytes of a message with its attributes. Source: Amazon SNS developer guide, "Message
 * size".
 */
export const MAX_EVENT_BYTES = 256 * 1024 - 1024;

/** What AWS IoT accepts as the name of a thing. Source: AWS IoT API reference, "CreateThing". */
const NODE_ID = /^[\w:-]{1,128}$/;

/**
 * Reads a message of Neo's queue: what the rule of AWS IoT selects of an update of a shadow, or a
 * record of the stream of the table of readings. The same message has the same events. Many have
 * none: a shadow is also updated when nothing of it is an event.
 *
 * @throws {RainhooksError} `body-not-json` or `data-invalid`, permanent: the message can never be
 * read.
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
  if (!isJsonObject(parsed.value))
    throw invalid(`expected an object, got ${describeValue(parsed.value)}`);
  return "dynamodb" in parsed.value ? rowEvents(parsed.value) : shadowEvents(parsed.value);
}

/**
 * Returns the reading in a record of the stream of Neo's table of readings; none of a row that is
 * deleted. A second value of a series in one millisecond replaces the row, and is a reading, too.
 * Sources: espressif/esp-rainmaker-neo, docs/en/specs/timeseries.md; Amazon DynamoDB Streams API
 * reference, "Record".
 */
function rowEvents(record: JsonObject): NeoEvent[] {
  const change = objectIn(record, "dynamodb");
  const row = rowOf(objectIn(change, "NewImage"));
  if (row === undefined) return [];
  const { node_id, key, ts, dt, value, tz, cumulative } = row;
  const known = Object.entries({ name: key, dt, t: ts, v: value, tz, cumulative });
  const data = Object.fromEntries(
    known.filter(
      (entry): entry is [string, JsonValue] => entry[1] !== undefined && entry[1] !== null,
    ),
  );
  const { eventID } = record;
  const said = { type: "rmaker.event.node_ts_data", data } as const;
  const timestamp = change?.["ApproximateCreationDateTime"];
  return [
    eventOf(nodeIdIn(node_id), said, timestamp, eventID === undefined ? undefined : [eventID]),
  ];
}

function shadowEvents({
  node_id,
  shadow,
  timestamp,
  version,
  previous,
  current,
}: JsonObject): NeoEvent[] {
  const nodeId = nodeIdIn(node_id);
  if (typeof shadow !== "string")
    throw invalid(`shadow: expected a name, got ${describeValue(shadow)}`);
  return eventsOfShadow({ shadow, previous, current }).map((said, index) => {
    const isOf = version === undefined ? undefined : [shadow, version, timestamp, index];
    return eventOf(nodeId, said, timestamp, isOf);
  });
}

function nodeIdIn(value: JsonValue | undefined): string {
  if (typeof value === "string" && NODE_ID.test(value)) return value;
  throw invalid(`node_id: expected the name of a thing, got ${describeValue(value)}`);
}

/** @param isOf The part of a node that a message is about; a repeated message has the same. */
function eventOf(
  nodeId: string,
  { type, data }: EventContent,
  timestamp: JsonValue | undefined,
  isOf: readonly (JsonValue | undefined)[] | undefined,
): NeoEvent {
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
  return new RainhooksError(
    "data-invalid",
    `A message of RainMaker Neo cannot be read: ${reason}.`,
    {
      permanent: true,
    },
  );
}

function rowOf(image: JsonObject | undefined): JsonObject | undefined {
  if (image === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(image).map(([name, value]) => [name, plainValue(value)]),
  );
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
