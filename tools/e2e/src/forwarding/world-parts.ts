import type { Delivery } from "@rainhooks/core/deliveries/delivery";

/** Makes the delivery of an alert. */
export function alertDelivery(id: string, node_id: string, atMs: number, data: object = {}): Delivery {
  const event_data = { node_id, message_body: "Too hot", ...data };
  const body = JSON.stringify({ event_type: "rmaker.event.alert", timestamp: atMs, event_data });
  return { id, sentAtMs: atMs, topic: "alerts", attributes: {}, body };
}

/** Returns a store of the secrets of destinations, by their ids. */
export function secretsIn(secrets: Map<string, string>) {
  return {
    get: async (id: string) => secrets.get(id),
    put: async (id: string, text: string) => void secrets.set(id, text),
    remove: async (id: string) => void secrets.delete(id),
  };
}
