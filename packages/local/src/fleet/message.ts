import type { EventType } from "@rainhooks/core/catalog";
import { isJsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import type { PublishedMessage } from "../aws/publish.ts";
import type { RainmakerMessage } from "../rainmaker/rainmaker.ts";

/** A reading of a node_ts_data event, as its node sent it. */
interface Reading {
  readonly series: string;
  readonly atMs: number;
  readonly value: unknown;
}

/** What the publisher knows of an event; the stores are compared with it. */
export interface EventTruth {
  readonly type: EventType;
  /** When it happened, in the resolution of the message. */
  readonly atMs: number;
  readonly nodeIds: readonly string[];
  readonly userId: string | undefined;
  readonly readings: readonly Reading[];
}

/** A message for a topic. */
export interface FleetMessage {
  /** Event type; it decides the topic. */
  readonly type: EventType;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** `undefined` for a body that cannot be decoded. */
  readonly truth: EventTruth | undefined;
}

/** A message of the fleet that SNS has accepted. */
export type PublishedFleetMessage = PublishedMessage<FleetMessage>;

/** Adds to RainMaker's message the truth that its publisher knows, from the data of the body. */
export function fleetMessage({
  type,
  body,
  attributes,
  saidAtMs,
  frame,
}: RainmakerMessage): FleetMessage {
  const { node_id: nodeId, nodes, payload } = frame.data;
  const nodeIds =
    typeof nodeId === "string" ? [nodeId] : Array.isArray(nodes) ? nodes.map(String) : [];
  const readings = type === "rmaker.event.node_ts_data" ? readingsOf(payload) : [];
  return {
    type,
    body,
    attributes,
    truth: { type, atMs: saidAtMs, nodeIds, userId: frame.userId, readings },
  };
}

/** Returns the readings in a payload of `tsdata` or `simple_tsdata`. */
function readingsOf(payload: unknown): Reading[] {
  const content = typeof payload === "string" ? tryParseJson(payload) : undefined;
  if (!isJsonObject(content)) return [];
  const { ts_data: list, name, t, v } = content;
  if (!Array.isArray(list)) return [{ series: String(name), atMs: secondsAsMs(t), value: v }];
  return list.filter(isJsonObject).flatMap(({ name: series, records }) =>
    (Array.isArray(records) ? records : []).filter(isJsonObject).map((record) => ({
      series: String(series),
      atMs: secondsAsMs(record["t"]),
      value: record["v"],
    })),
  );
}

function secondsAsMs(t: JsonValue | undefined): number {
  return Number(t) * 1000;
}
