import { type Delivery, decode, SECOND_MS } from "@rainhooks/core";
import type { Destination } from "@rainhooks/forwarding";

/** Returns a reading of one of some nodes that a destination gets. */
export function readingTo(destination: Destination, number: number, nodes: number) {
  const delivery = readingOf(number, nodes, Date.UTC(2026, 10, 26) + number);
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw new Error("It is an event.");
  // As long as the id of an event that can have copies.
  const webhookId = `evt_${String(number).padStart(43, "0")}`;
  const message = { destination: destination.id, webhookId, attempt: 1, sentAtMs: 0, delivery };
  return { destination, event: decoded.event, message, isAgain: false };
}

/** A reading, as RainMaker publishes it. */
function readingOf(number: number, nodes: number, sentAtMs: number): Delivery {
  const node_id = `a85b7f6e0d${String((number * 7919) % nodes).padStart(6, "0")}`;
  const records = [{ t: Math.floor(sentAtMs / SECOND_MS), v: 18 + ((number * 37) % 1000) / 100 }];
  const event_data = { node_id, ts_data: [{ name: "Room.Temperature", dt: "float", records }] };
  const body = JSON.stringify({
    ...{ event_type: "rmaker.event.node_ts_data", event_version: "v1", timestamp: sentAtMs },
    ...{ id: "3f0c2c4e-7e54-4f0e-9d4c-3f9a1d1f5a10", description: "Time series data of a node", event_data },
  });
  const hash = ((number * 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
  const id = `${hash}-d355-534e-9d3f-${hash}${hash.slice(4)}`;
  const attributes = { event_type: "rmaker.event.node_ts_data", node_id };
  return { id, sentAtMs, topic: "esp_rainmaker_sns_node_ts_data", attributes, body };
}
