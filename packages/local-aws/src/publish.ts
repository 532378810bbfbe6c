import { type MessageAttributeValue, PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import { type EventType, mapLimited, RainhooksError } from "@rainhooks/core";

/** A message that SNS has taken, under the id it gave it. */
export interface PublishedMessage<Message extends OutgoingMessage> {
  readonly id: string;
  readonly message: Message;
}

/** What a publisher needs of a message. */
export interface OutgoingMessage {
  /** Whose topic it goes to. */
  readonly type: EventType;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** SNS takes ten messages in a call. */
const MESSAGES_PER_CALL = 10;
const CALLS_AT_ONCE = 4;

/**
 * Publishes messages to the topics of their types, ten to a call; `onPublished` counts along.
 *
 * @throws {RainhooksError} `stage-failed` when SNS refuses a message.
 */
export async function publish<Message extends OutgoingMessage>(
  sns: SNSClient,
  topics: ReadonlyMap<EventType, string>,
  messages: readonly Message[],
  onPublished: (count: number) => void,
): Promise<PublishedMessage<Message>[]> {
  const published = await mapLimited(callsOf(messages), CALLS_AT_ONCE, async (call) => {
    const some = await publishCall(sns, topics, call);
    onPublished(some.length);
    return some;
  });
  return published.flat();
}

async function publishCall<Message extends OutgoingMessage>(
  sns: SNSClient,
  topics: ReadonlyMap<EventType, string>,
  messages: readonly Message[],
): Promise<PublishedMessage<Message>[]> {
  const [first] = messages;
  const answer = await sns.send(
    new PublishBatchCommand({
      TopicArn: first === undefined ? undefined : topics.get(first.type),
      PublishBatchRequestEntries: messages.map(({ body, attributes }, index) => ({
        Id: String(index),
        Message: body,
        MessageAttributes: Object.fromEntries(Object.entries(attributes).map(toAttribute)),
      })),
    }),
  );
  const [failure] = answer.Failed ?? [];
  if (failure !== undefined) {
    throw new RainhooksError(
      "stage-failed",
      `SNS did not take a message: ${failure.Code} ${failure.Message ?? ""}`,
    );
  }
  return (answer.Successful ?? []).flatMap(({ Id, MessageId }) => {
    const message = messages[Number(Id)];
    return message === undefined || MessageId === undefined ? [] : [{ id: MessageId, message }];
  });
}

function toAttribute([name, value]: [string, string]): [string, MessageAttributeValue] {
  return [name, { DataType: "String", StringValue: value }];
}

/** Messages of one topic go into one call; topics take turns in the order in which their calls fill. */
function callsOf<Message extends OutgoingMessage>(messages: readonly Message[]): Message[][] {
  const open = new Map<EventType, Message[]>();
  const calls: Message[][] = [];
  for (const message of messages) {
    const call = open.get(message.type) ?? [];
    call.push(message);
    open.set(message.type, call);
    if (call.length < MESSAGES_PER_CALL) continue;
    calls.push(call);
    open.delete(message.type);
  }
  return [...calls, ...open.values()];
}
