import type { EventType } from "@rainhooks/core/catalog";
import { HOUR_MS } from "@rainhooks/core/durations";
import { type Chance, chanceOf } from "@rainhooks/local/aws/chance";
import type { SnsMessage } from "@rainhooks/local/aws/publish";

/** What a battery publishes. */
export interface BatterySize {
  readonly seed: number;
  /** Events, without their duplicates. */
  readonly events: number;
  readonly nodes: number;
  /** Time of the first event, epoch milliseconds. */
  readonly baseMs: number;
}

/** Share of events that are published twice, and of those that cannot be decoded. */
export const DUPLICATES = 0.1;
export const UNDECODABLE = 0.001;

/** In the body of each message that cannot be decoded, and of no other. */
export const BROKEN_TEXT = "broken-by-the-battery";

/** Events of an hour, which are published in any order. */
const EVENTS_PER_HOUR = 10_000;
const USERS = 500;

/** Types of events, by weight: most only show that a node is alive, or bring readings. */
const TYPES: readonly (readonly [type: EventType, weight: number])[] = [
  ["rmaker.event.node_params_changed", 25],
  ["rmaker.event.node_ts_data", 30],
  ["rmaker.event.node_connected", 13],
  ["rmaker.event.node_disconnected", 13],
  ["rmaker.event.alert", 6],
  ["rmaker.event.node_config_changed", 4],
  ["rmaker.event.user_node_added", 3],
  ["rmaker.event.user_node_removed", 2],
  ["rmaker.event.new_tags_added", 2],
  ["rmaker.event.user_node_ota", 2],
];

/** Returns the number of parts in which the messages come. */
export function partCount({ events }: Pick<BatterySize, "events">): number {
  return Math.ceil(events / EVENTS_PER_HOUR);
}

/**
 * Returns the messages of a part: the events of one hour and their duplicates, in any order. The
 * same seed gives the same messages.
 *
 * @param part Its number, from 0.
 * @param undecodable Share of messages that cannot be decoded.
 */
export function messagesOf(
  size: BatterySize,
  part: number,
  undecodable = UNDECODABLE,
): SnsMessage[] {
  const chance = chanceOf(size.seed * 1_000_003 + part);
  const count = Math.min(EVENTS_PER_HOUR, size.events - part * EVENTS_PER_HOUR);
  const startMs = size.baseMs + part * HOUR_MS;
  const once = Array.from({ length: count }, () => {
    const atMs = startMs + chance.int(0, HOUR_MS - 1);
    return messageOf(
      chance,
      `node${String(chance.int(1, size.nodes)).padStart(7, "0")}`,
      atMs,
      undecodable,
    );
  });
  const twice = once.filter(() => chance.happens(DUPLICATES));
  return chance.shuffle([...once, ...twice]);
}

function messageOf(chance: Chance, nodeId: string, atMs: number, undecodable: number): SnsMessage {
  const type = chance.weighted(TYPES);
  const attributes = { event_type: type, node_id: nodeId };
  if (chance.happens(undecodable))
    return { type, attributes, body: `{"${BROKEN_TEXT}": ${nodeId}` };
  const data = dataOf(chance, type, nodeId, atMs);
  // RainMaker has two casings, and times in milliseconds or as text that ends at the second.
  const body = chance.happens(0.5)
    ? { event_type: type, timestamp: atMs, event_data: data }
    : { EventType: type, Timestamp: Math.floor(atMs / 1000), EventData: data };
  return { type, attributes, body: JSON.stringify(body) };
}

function dataOf(chance: Chance, type: EventType, nodeId: string, atMs: number): object {
  const user_id = `user${chance.int(1, USERS)}`;
  switch (type) {
    case "rmaker.event.node_params_changed":
      return {
        node_id: nodeId,
        user_id,
        payload: JSON.stringify({ Light: { Power: chance.happens(0.5) } }),
      };
    case "rmaker.event.node_ts_data": {
      const t = Math.floor(atMs / 1000);
      const records = Array.from({ length: chance.int(1, 4) }, (_, index) => ({
        t: t - index * 60,
        v: chance.int(0, 100),
      }));
      const name = chance.pick(["Light.Brightness", "Sensor.Temperature"]);
      return { node_id: nodeId, user_id, ts_data: [{ name, dt: "int", records }] };
    }
    case "rmaker.event.alert":
      return {
        node_id: nodeId,
        user_id,
        message_body: { "esp.alert.str": `Alert ${chance.int(1, 9)}` },
      };
    case "rmaker.event.node_config_changed":
      return {
        node_id: nodeId,
        user_id,
        config: { info: { fw_version: `1.${chance.int(0, 9)}`, type: "light" } },
      };
    case "rmaker.event.user_node_added":
    case "rmaker.event.user_node_removed":
      return { nodes: [nodeId], user_id, user_role: "primary" };
    case "rmaker.event.new_tags_added":
      return { node_id: nodeId, user_id, tags: [`room:${chance.int(1, 5)}`] };
    default:
      return { node_id: nodeId, user_id };
  }
}
