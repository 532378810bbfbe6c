import { type MessageAttributeValue, PublishBatchCommand } from "@aws-sdk/client-sns";
import type { EventType } from "@rainhooks/core/catalog";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import type { Stage } from "./stage/stage.ts";

/** A message that SNS has accepted, with its SNS message id. */
export interface PublishedMessage<Message extends SnsMessage> {
  readonly id: string;
  readonly message: Message;
}

/** A stage, as far as events are published to it. */
type StageWithTopics = Pick<Stage, "clients" | "provisioned">;

/** A message to publish. */
export interface SnsMessage {
  /** Event type; it decides the topic. */
  readonly type: EventType;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** SNS accepts up to ten messages per call. */
const MESSAGES_PER_CALL = 10;
const CALLS_AT_ONCE = 4;

/**
 * Publishes messages to the topics of their types, ten per call; `onPublished` gets the number of
 * published messages, if somebody wants it.
 *
 * @throws {RainhooksError} `stage-failed` when SNS rejects a message.
 */
export async function publish<Message extends SnsMessage>(
  stage: StageWithTopics,
  messages: readonly Message[],
  onPublished?: (count: number) => void,
): Promise<PublishedMessage<Message>[]> {
  const byTopic = Map.groupBy(messages, ({ type }) => type);
  const calls = [...byTopic.values()].flatMap((some) => chunk(some, MESSAGES_PER_CALL));
  const published = await mapLimited(calls, CALLS_AT_ONCE, async (call) => {
    const some = await publishCall(stage, call);
    onPublished?.(some.length);
    return some;
  });
  return published.flat();
}

/**
 * Publishes an event with some data, as RainMaker does for a node.
 *
 * @param timestamp When it happened. @defaultValue now
 */
export async function publishEvent(
  stage: StageWithTopics,
  type: EventType,
  event_data: object,
  timestamp = Date.now(),
): Promise<void> {
  const body = JSON.stringify({ event_type: type, timestamp, event_data });
  await publish(stage, [{ type, body, attributes: {} }]);
}

async function publishCall<Message extends SnsMessage>(
  { clients, provisioned: { topics } }: StageWithTopics,
  messages: readonly Message[],
): Promise<PublishedMessage<Message>[]> {
  const [first] = messages;
  const response = await clients.sns.send(
    new PublishBatchCommand({
      TopicArn: first === undefined ? undefined : topics.get(first.type),
      PublishBatchRequestEntries: messages.map(({ body, attributes }, index) => ({
        Id: String(index),
        Message: body,
        MessageAttributes: Object.fromEntries(Object.entries(attributes).map(toAttribute)),
      })),
    }),
  );
  const [failure] = response.Failed ?? [];
  if (failure !== undefined) {
    throw new RainhooksError(
      "stage-failed",
      `SNS rejected a message: ${failure.Code} ${failure.Message ?? ""}`,
    );
  }
  return (response.Successful ?? []).flatMap(({ Id, MessageId }) => {
    const message = messages[Number(Id)];
    return message === undefined || MessageId === undefined ? [] : [{ id: MessageId, message }];
  });
}

function toAttribute([name, value]: [string, string]): [string, MessageAttributeValue] {
  return [name, { DataType: "String", StringValue: value }];
}
