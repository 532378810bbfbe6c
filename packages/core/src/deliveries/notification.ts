import type { Delivery } from "./delivery.ts";

/** ARN of a topic whose name alone is known. */
const ARN_PREFIX = "arn:aws:sns:::";

/**
 * Returns the text with which SNS sent a delivery to a queue, as far as it says something about the
 * delivery: `readDelivery` reads the same delivery from it. Of the topic's ARN only the name is
 * known.
 */
export function notificationText({ id, sentAtMs, topic, attributes, body }: Delivery): string {
  const written = Object.entries(attributes).map(([name, Value]) => [
    name,
    { Type: "String", Value },
  ]);
  return JSON.stringify({
    Type: "Notification",
    MessageId: id,
    TopicArn: topic === undefined ? "" : `${ARN_PREFIX}${topic}`,
    Message: body,
    Timestamp: new Date(sentAtMs).toISOString(),
    ...(written.length === 0 ? {} : { MessageAttributes: Object.fromEntries(written) }),
  });
}
