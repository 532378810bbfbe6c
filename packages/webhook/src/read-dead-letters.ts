import { createHash } from "node:crypto";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import {
  chunk,
  chunkBySize,
  isJsonObject,
  type JsonObject,
  RainhooksError,
  tryParseJson,
} from "@rainhooks/core";

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

/** How long a message that was looked at stays hidden: long enough to see each one once. */
const HIDDEN_S = 60;
const MESSAGES_PER_CALL = 10;
/** Whoever does not wait is told of messages on some of SQS's servers only, and may find a full queue empty. */
const WAIT_S = 1;
/** Times that a message which the other queue has taken is tried to be deleted. */
const DELETE_TRIES = 3;
const BYTES_PER_CALL = 256 * 1024;
/** Attributes that a dead letter got on its way here. */
const OWN_ATTRIBUTES = new Set(["reason", "error_code", "webhook"]);

/** Looks at the messages of a dead-letter queue, `limit` at most. They stay there, and can be received again when this returns. */
export async function readDeadLetters(
  reader: DeadLetterReader,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<DeadLetterSeen[]> {
  const messages = new Map<string, Message>();
  try {
    for await (const some of receive(reader, limit)) {
      for (const message of some) messages.set(message.MessageId ?? "", message);
    }
  } finally {
    await release(reader, [...messages.values()]);
  }
  return [...messages.values()].map(toSeen);
}

/** What a redrive did. */
export interface Redriven {
  readonly moved: number;
  /** Messages that were looked at and left: not wanted, or here again because they have failed again. */
  readonly left: number;
}

/**
 * Moves messages of a dead-letter queue back to the queue that they came from, as they were before. A message is sent first and
 * deleted then, so whatever breaks off in between it is in one of the two, or in both: writes are idempotent.
 *
 * @param wanted Which messages to move. One that fails again while this goes on is not moved a second time.
 * @param most Messages to look at.
 */
export async function redrive(
  reader: DeadLetterReader,
  toQueueUrl: string,
  wanted: (letter: DeadLetterSeen) => boolean,
  most: number,
): Promise<Redriven> {
  const left: Message[] = [];
  const movedBodies = new Set<string>();
  let moved = 0;
  try {
    for await (const some of receive(reader, most)) {
      const move = some.filter((message) => !movedBodies.has(digestOf(message)) && wanted(toSeen(message)));
      left.push(...some.filter((message) => !move.includes(message)));
      for (const call of chunkBySize(move, bytesOf, { count: MESSAGES_PER_CALL, bytes: BYTES_PER_CALL })) {
        await moveSome(reader, toQueueUrl, call);
        moved += call.length;
        for (const message of call) movedBodies.add(digestOf(message));
      }
    }
  } finally {
    await release(reader, left);
  }
  return { moved, left: left.length };
}

function digestOf({ Body = "" }: Message): string {
  return createHash("sha256").update(Body).digest("base64");
}

/** Receives messages until there are no more, or as many as are wanted. */
async function* receive({ sqs, queueUrl }: DeadLetterReader, most: number): AsyncGenerator<Message[]> {
  let received = 0;
  while (received < most) {
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
    received += Messages.length;
    yield Messages;
  }
}

async function release({ sqs, queueUrl }: DeadLetterReader, messages: readonly Message[]): Promise<void> {
  for (const some of chunk(messages, MESSAGES_PER_CALL)) {
    const Entries = some.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

async function moveSome(
  { sqs, queueUrl }: DeadLetterReader,
  toQueueUrl: string,
  messages: readonly Message[],
): Promise<void> {
  const entries = messages.map(({ Body, MessageAttributes = {} }, index) => ({
    Id: String(index),
    MessageBody: Body,
    MessageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes).filter(([name]) => !OWN_ATTRIBUTES.has(name)),
    ),
  }));
  const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: toQueueUrl, Entries: entries }));
  const there = (sent.Successful ?? []).flatMap(({ Id }) => messages[Number(Id)] ?? []);
  await deleteAll({ sqs, queueUrl }, there);
  const [failure] = sent.Failed ?? [];
  if (failure === undefined) return;
  await release(
    { sqs, queueUrl },
    messages.filter((message) => !there.includes(message)),
  );
  throw new RainhooksError(
    "dead-letter-unavailable",
    `${toQueueUrl} took ${there.length} of ${messages.length} messages: ${failure.Message ?? failure.Code}. The others stay where they are.`,
  );
}

async function deleteAll({ sqs, queueUrl }: DeadLetterReader, messages: readonly Message[]): Promise<void> {
  let left = messages;
  for (let tries = 0; left.length > 0 && tries < DELETE_TRIES; tries += 1) {
    const Entries = left.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const failed = new Set(Failed.map(({ Id }) => Number(Id)));
    left = left.filter((_, index) => failed.has(index));
  }
  if (left.length === 0) return;
  throw new RainhooksError(
    "dead-letter-unavailable",
    `${left.length} messages went back, but cannot be deleted from ${queueUrl}: they will be handled twice, which changes nothing.`,
  );
}

function bytesOf({ Body = "", MessageAttributes = {} }: Message): number {
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { StringValue = "", BinaryValue }]) =>
      name.length + StringValue.length * 3 + (BinaryValue?.length ?? 0),
  );
  return Buffer.byteLength(Body) + attributes.reduce((sum, bytes) => sum + bytes, 0);
}

function toSeen({ Body = "", MessageAttributes, MessageId = "", Attributes }: Message): DeadLetterSeen {
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
