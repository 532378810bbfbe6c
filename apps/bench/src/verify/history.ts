import { type Delivery, decode, type EventType, HOUR_MS, type RainmakerEvent } from "@rainhooks/core";

/** When the first delivery was published. */
export const START_MS = Date.UTC(2026, 10, 1);
/** What each node sends, again and again. */
const STORY: readonly EventType[] = [
  "rmaker.event.node_connected",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_disconnected",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_connected",
  "rmaker.event.node_config_changed",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_disconnected",
];
const PER_HOUR = 1_000_000;

/** Returns a delivery of a history: those of the nodes come in turn. */
export function deliveryAt(index: number, nodes: number): Delivery {
  const round = Math.floor(index / nodes);
  const nodeId = `node${String(index % nodes).padStart(8, "0")}`;
  const type = STORY[round % STORY.length] ?? "rmaker.event.alert";
  const sentAtMs = START_MS + Math.floor((index / PER_HOUR) * HOUR_MS);
  const user = `5c75d6be-4a95-4065-951b-${String(index % 1000).padStart(12, "0")}`;
  const EventData = {
    NodeId: nodeId,
    UserId: user,
    ...(type === "rmaker.event.node_config_changed"
      ? { Config: { info: { fw_version: `1.${round}` } } }
      : {}),
    ...(type === "rmaker.event.node_params_changed" ? { Payload: '{"Light":{"Power":true}}' } : {}),
  };
  return {
    id: `47f807ce-d355-534e-${String(index % 10_000).padStart(4, "0")}-${String(index).padStart(12, "0")}`,
    sentAtMs,
    topic: topicOf(type),
    attributes: { event_type: type, user_id: user, node_id: nodeId },
    body: JSON.stringify({ EventVersion: "v1", EventType: type, Timestamp: sentAtMs - 5, EventData }),
  };
}

/** Returns the events of a node. */
export function eventsOf(node: number, nodes: number, deliveries: number): RainmakerEvent[] {
  const events: RainmakerEvent[] = [];
  for (let index = node; index < deliveries; index += nodes) {
    const decoded = decode(deliveryAt(index, nodes));
    if (decoded.kind === "event") events.push(decoded.event);
  }
  return events;
}

/** Returns the name of a topic of this history. */
export function topicOf(type: EventType): string {
  return type.replace("rmaker.event.", "");
}
