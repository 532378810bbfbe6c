import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { chunk, isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core";
import { MESSAGES_PER_CALL } from "@rainhooks/webhook/sqs-message";

/** A message in a dead-letter queue. */
export interface DeadLetterSeen {
  /** Id of the message in the queue. */
  readonly messageId: string;
  /** SNS message id of the delivery, as far as the body tells it. */
  readonly deliveryId: string;
  readonly topic: string | undefined;
  /** When SQS took it, epoch milliseconds: one with a reason when it was set aside, any other when it was published. */
  readonly sentAtMs: number | undefined;
  /** Why it is here; `undefined` when it was received too often, or SNS could not deliver it. */
  readonly reason: string | undefined;
  readonly errorCode: string | undefined;
  /** The message that was published. */
  readonly body: string;
}

/** How to look at a dead-letter queue. */
export interface DeadLetterReader {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
}

/** How long a message that was looked at stays hidden, unless it is let go before. */
const HIDDEN_S = 120;
/** Calls in a row that bring only what was seen before, after which there is nothing new. */
const CALLS_WITHOUT_NEWS = 3;
/** Long polling asks all of SQS's servers. A short poll asks some of them, and may find a full queue empty. */
const WAIT_S = 1;

/** Looks at the messages of a dead-letter queue, `limit` at most. They stay there, and can be received again when this returns. */
export async function readDeadLetters(
  reader: DeadLetterReader,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<DeadLetterSeen[]> {
  const seen: Seen = new Map();
  try {
    for await (const _ of receive(reader, limit, seen));
  } finally {
    await release(reader, [...seen.values()]);
  }
  return [...seen.values()].map(toSeen);
}

/** Messages by their ids, each as it was received last. */
export type Seen = Map<string, Message>;

/**
 * Receives messages until there are no more, or as many as are wanted, and gives those that are new. One that is looked at for so long
 * that it comes again is not new, and its older receipt is void.
 */
export async function* receive(
  { sqs, queueUrl }: DeadLetterReader,
  most: number,
  seen: Seen,
): AsyncGenerator<Message[]> {
  let received = 0;
  for (let again = 0; received < most && again < CALLS_WITHOUT_NEWS; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(MESSAGES_PER_CALL, most - received),
        VisibilityTimeout: HIDDEN_S,
        WaitTimeSeconds: WAIT_S,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["SentTimestamp"],
      }),
    );
    if (Messages.length === 0) return;
    const fresh = Messages.filter(({ MessageId = "" }) => !seen.has(MessageId));
    for (const message of Messages) seen.set(message.MessageId ?? "", message);
    received += fresh.length;
    again = fresh.length === 0 ? again + 1 : 0;
    yield fresh;
  }
}

/** Lets others see messages at once. Where that fails they come back by themselves, a little later. */
export async function release(
  { sqs, queueUrl }: DeadLetterReader,
  messages: readonly Message[],
): Promise<void> {
  for (const some of chunk(messages, MESSAGES_PER_CALL)) {
    const Entries = some.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    const call = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries });
    await sqs.send(call).catch(() => undefined);
  }
}

/** What is known of a message. */
export function toSeen({
  Body = "",
  MessageAttributes,
  MessageId = "",
  Attributes,
}: Message): DeadLetterSeen {
  const sent = Number(Attributes?.SentTimestamp);
  const envelope = tryParseJson(Body);
  const fields: JsonObject = isJsonObject(envelope) ? envelope : {};
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : undefined);
  return {
    messageId: MessageId,
    deliveryId: text("MessageId") ?? MessageId,
    topic: text("TopicArn")?.split(":").at(-1),
    sentAtMs: Number.isNaN(sent) ? undefined : sent,
    reason: MessageAttributes?.["reason"]?.StringValue,
    errorCode: MessageAttributes?.["error_code"]?.StringValue,
    body: text("Message") ?? Body,
  };
}
