import { PublishCommand } from "@aws-sdk/client-sns";
import { catalogEntry, type EventType, messageOf, RainhooksError } from "@rainhooks/core";
import type { LocalStage } from "@rainhooks/stage";

/** An event to publish. */
export interface OutgoingEvent {
  readonly type: EventType;
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An event that was published. */
export interface PublishedEvent {
  readonly topic: string;
  /** SNS message id. */
  readonly deliveryId: string;
}

/**
 * Publishes an event on a local stage.
 *
 * @throws {RainhooksError} `input-invalid` if SNS does not take it.
 */
export async function publishEvent(
  { clients, local }: LocalStage,
  { type, attributes, body }: OutgoingEvent,
): Promise<PublishedEvent> {
  const { topic } = catalogEntry(type);
  const texts = Object.entries(attributes).map(([name, value]) => [
    name,
    { DataType: "String", StringValue: value },
  ]);
  const message = new PublishCommand({
    TopicArn: local.file.topicArnPrefix + topic,
    Message: body,
    MessageAttributes: Object.fromEntries(texts),
  });
  const { MessageId = "" } = await clients.sns.send(message).catch((error: unknown) => {
    throw new RainhooksError("input-invalid", `SNS rejected this message: ${messageOf(error)}`, {
      cause: error,
    });
  });
  return { topic, deliveryId: MessageId };
}
