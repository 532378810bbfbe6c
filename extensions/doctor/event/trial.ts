import { catalogEntry, type EventType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { SECOND_MS } from "@rainhooks/core/durations";
import { TRIAL_NODE } from "@rainhooks/core/trial";

/** The series with the reading of a trial. */
export const TRIAL_SERIES = "Trial.value";

/** What the events say, by their types. Source of the forms: docs/events.md. */
const DATA: Readonly<Partial<Record<EventType, (atMs: number) => object>>> = {
  "rmaker.event.node_connected": (timestamp) => ({ connectivity: { connected: true, timestamp } }),
  "rmaker.event.node_ts_data": (atMs) => ({
    ts_data: [{ name: TRIAL_SERIES, dt: "int", records: [{ t: Math.floor(atMs / SECOND_MS), v: 1 }] }],
  }),
};

/** Makes the events of a trial, as SNS sends them when nobody has published them. */
export function trialDeliveries(newId: () => string, nowMs: number): Delivery[] {
  return (Object.keys(DATA) as EventType[]).map((type) => {
    const event_data = { node_id: TRIAL_NODE, ...DATA[type]?.(nowMs) };
    return {
      ...{ id: newId(), sentAtMs: nowMs, topic: catalogEntry(type).topic },
      attributes: { event_type: type, node_id: TRIAL_NODE },
      body: JSON.stringify({ event_type: type, timestamp: nowMs, event_data }),
    };
  });
}
