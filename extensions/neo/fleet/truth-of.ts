import type { EventType } from "@rainhooks/core/catalog";
import { SECOND_MS } from "@rainhooks/core/durations";
import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import type { EventTruth } from "@rainhooks/local/fleet/message";
import type { IotRule } from "@rainhooks/rainmaker/iot-rules";

/**
 * A message of Neo: for the topic of an event, or for the queue of the function that reads shadows and
 * readings.
 */
export interface NeoMessage {
  readonly to: IotRule["to"];
  readonly body: string;
}

/**
 * Returns what a message of Neo says, as anybody reads it: a simple implementation that shares no code with
 * what the stage runs. `undefined` if no event follows from it.
 */
export function truthOf({ to, body }: NeoMessage): EventTruth | undefined {
  const message = objectOf(tryParseJson(body));
  if (to !== "queue") return truth(to, objectOf(message["event_data"])["node_id"], message["timestamp"]);
  if ("dynamodb" in message) return truthOfRow(objectOf(message["dynamodb"]));
  const { shadow, node_id, timestamp, previous, current } = message;
  const isIdentity = shadow === "iparams";
  const said = (state: JsonValue | undefined) =>
    isIdentity
      ? JSON.stringify(objectOf(objectOf(objectOf(state)["data"])["device"])["t"])
      : JSON.stringify({ ...objectOf(objectOf(state)["params"]), notify: null });
  if (said(previous) === said(current)) return undefined;
  const type = isIdentity ? "rmaker.event.node_config_changed" : "rmaker.event.node_params_changed";
  return truth(type, node_id, Number(timestamp) * SECOND_MS);
}

function truthOfRow({ NewImage, ApproximateCreationDateTime: second }: JsonObject) {
  const row = objectOf(NewImage);
  const { node_id, key, ts, value } = Object.fromEntries(
    Object.entries(row).map(([name, typed]) => [name, untyped(objectOf(typed))]),
  );
  const reading = { series: String(key), atMs: Number(ts), value };
  return { ...truth("rmaker.event.node_ts_data", node_id, Number(second) * SECOND_MS), readings: [reading] };
}

function untyped({ S, N, BOOL }: JsonObject): JsonValue {
  return S ?? BOOL ?? Number(N);
}

function truth(type: EventType, nodeId: JsonValue | undefined, atMs: JsonValue | undefined): EventTruth {
  return { type, atMs: Number(atMs), nodeIds: [String(nodeId)], userId: undefined, readings: [] };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/**
 * Returns what tells an event from others: what the event of an archived body has in common with its truth.
 */
export function keyOfTruth({ type, nodeIds, atMs, readings }: EventTruth): string {
  return JSON.stringify([type, nodeIds[0], atMs, readings[0]?.series, readings[0]?.atMs, readings[0]?.value]);
}

/** Returns the same of a body; of one that cannot be read, the body. */
export function keyOfBody(body: string): string {
  const message = objectOf(tryParseJson(body));
  const { node_id, name, t, v } = objectOf(message["event_data"]);
  if (node_id === undefined) return body;
  const [atMs, readAtMs] = [message["timestamp"], t].map((time) => inMs(time));
  return JSON.stringify([message["event_type"], node_id, atMs, name, readAtMs, v]);
}

function inMs(time: JsonValue | undefined): number | undefined {
  if (time === undefined) return undefined;
  return Number(time) < 1e11 ? Number(time) * SECOND_MS : Number(time);
}
