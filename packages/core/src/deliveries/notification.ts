import type { Delivery } from "./delivery.ts";

/** ARN of a topic of which only the name is known. */
const ARN_PREFIX = "arn:aws:sns:::";

/**
 * Returns the text with which SNS sent a delivery to a queue, as far as it says something about the delivery: `readDelivery` reads the
 * same delivery from it. Of the topic's ARN only the name is known.
 *
 * @example
 * ```ts
 * import { notificationText, readDelivery } from "@rainhooks/core";
 *
 * const topic = "esp_rainmaker_sns_node_alert";
 * const delivery = { id: "47f807ce", sentAtMs: 1_732_435_200_000, topic, attributes: { node_id: "kitchen" }, body: "{}" };
 * const { id, attributes } = readDelivery({ messageId: "0b1c", body: notificationText(delivery) });
 * console.log(id, attributes["node_id"]); // 47f807ce kitchen
 * ```
 */
export function notificationText({ id, sentAtMs, topic, attributes, body }: Delivery): string {
  const written = Object.entries(attributes).map(([name, Value]) => [name, { Type: "String", Value }]);
  return JSON.stringify({
    Type: "Notification",
    MessageId: id,
    TopicArn: topic === undefined ? "" : `${ARN_PREFIX}${topic}`,
    Message: body,
    Timestamp: new Date(sentAtMs).toISOString(),
    ...(written.length === 0 ? {} : { MessageAttributes: Object.fromEntries(written) }),
  });
}
