import { setTimeout as delay } from "node:timers/promises";
import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { DEAD_SINCE_ATTRIBUTE } from "@rainhooks/core/deliveries/read";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import { MESSAGES_PER_CALL } from "@rainhooks/sinks/sqs/message";
import { readNumbers } from "./operate/stage/count-messages.ts";
import { queuedOf, type StageAccess } from "./stage-access.ts";

/** A message in a dead-letter queue. */
export interface DeadLetterMessage {
  /** Id of the message in the queue. */
  readonly messageId: string;
  /** SNS message id of the delivery; if the body does not have it, the SQS message id. */
  readonly deliveryId: string;
  readonly topic: string | undefined;
  /** When SNS took it, epoch milliseconds. */
  readonly publishedAtMs: number | undefined;
  /**
   * Since when it is a dead letter, epoch milliseconds; a redrive keeps that. A letter without a
   * reason has it from SQS, which keeps there when the message was published.
   */
  readonly sentAtMs: number | undefined;
  /**
   * Why it is here; `undefined` when SQS moved it after too many receives, or SNS could not deliver
   * it.
   */
  readonly reason: string | undefined;
  readonly errorCode: string | undefined;
  /** The message that was published. */
  readonly body: string;
}

/** Shown for a letter that has no reason. */
export const NO_REASON = "retried too often, or not delivered by SNS";

/** A dead-letter queue, and a client to read it. */
export interface DeadLetterReader {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /**
   * Whether an emulator has the queue: it is one server, so that a short poll finds all.
   * @defaultValue false
   */
  readonly isLocal?: boolean;
  /**
   * Whether no message may be missing: waits for those that another reader hides, such as a command
   * that was killed while it read.
   * @defaultValue false
   */
  readonly isWhole?: boolean;
  /** Waits for milliseconds. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** How long a received message stays hidden, unless it is released earlier. */
const HIDDEN_S = 120;
/** Consecutive calls that return only known messages, after which reading ends. */
const MAX_REPEATED_CALLS = 3;
/** Calls at once that make messages visible again. */
const RELEASES_AT_ONCE = 8;
/**
 * Long polling queries all of SQS's servers. A short poll queries only some of them, and may return
 * nothing from a full queue.
 */
const WAIT_S = 1;
/** What a reader has received that was killed is visible after less than this. */
const MAX_WAITS = HIDDEN_S + 30;
const OTHERS_READ =
  "Another command reads these dead letters all the time, so that some may be missing. Run this again when it has ended.";

/**
 * Reads up to `limit` messages of a dead-letter queue. They stay there, and can be received again
 * when this returns.
 */
export async function readDeadLetters(
  reader: DeadLetterReader,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<DeadLetterMessage[]> {
  return examine(reader, limit, async (batches, examined) => {
    for await (const _ of batches);
    return [...examined.values()].map(readMessage);
  });
}

/** What waits for a queue in this process: one reader hides from another what it has received. */
const TURNS = new Map<string, Promise<unknown>>();

/**
 * Calls `work` with the messages of a dead-letter queue, as they are received, when no other reader
 * of this process has any. Afterwards those that are still in `examined` can be received again.
 *
 * @throws {RainhooksError} `dead-letter-unavailable` if no message may be missing, and others hide
 * some for longer than a reader does.
 */
export function examine<Result>(
  reader: DeadLetterReader,
  limit: number,
  work: (batches: AsyncIterable<Message[]>, examined: MessagesById) => Promise<Result>,
): Promise<Result> {
  const examined: MessagesById = new Map();
  const run = () =>
    work(receive(reader, limit, examined), examined).finally(() =>
      release(reader, [...examined.values()]),
    );
  const result = (TURNS.get(reader.queueUrl) ?? Promise.resolve()).then(run);
  TURNS.set(
    reader.queueUrl,
    result.catch(() => undefined),
  );
  return result;
}

/**
 * Returns the dead-letter queue of a webhook or a worker.
 *
 * @throws {RainhooksError} `not-found` when the stage has neither of this name.
 */
export function deadLetterQueueOf(access: StageAccess, webhook: string): DeadLetterReader {
  const { deadLetterQueueUrl: queueUrl } = queuedOf(access, webhook);
  return { sqs: access.clients.sqs, queueUrl, isLocal: access.local !== undefined };
}

/** Reads up to `limit` dead letters of a webhook or a worker. They stay where they are. */
export async function deadLettersOf(
  access: StageAccess,
  webhook: string,
  limit?: number,
): Promise<DeadLetterMessage[]> {
  return readDeadLetters(deadLetterQueueOf(access, webhook), limit);
}

/** The latest copy of each received message, by its id. */
export type MessagesById = Map<string, Message>;

/**
 * Receives messages until there are no more, or until `limit`, and yields the new ones. A message
 * whose visibility timeout ends during this is received again: it is not new, but its older receipt
 * handle is void, so `known` is updated.
 */
async function* receive(
  reader: DeadLetterReader,
  limit: number,
  known: MessagesById,
): AsyncGenerator<Message[]> {
  const { isWhole = false, pause = delay } = reader;
  let left = limit;
  for (let waits = 0; ; waits += 1) {
    left -= yield* receiveVisible(reader, left, known);
    if (!isWhole || left <= 0 || (await countHidden(reader)) <= known.size) return;
    if (waits === MAX_WAITS) throw new RainhooksError("dead-letter-unavailable", OTHERS_READ);
    await pause(WAIT_S * 1000);
  }
}

/** Yields the new ones of the messages that nobody hides, and returns their number. */
async function* receiveVisible(
  reader: DeadLetterReader,
  limit: number,
  known: MessagesById,
): AsyncGenerator<Message[], number> {
  let count = 0;
  for (let repeated = 0; count < limit && repeated < MAX_REPEATED_CALLS; ) {
    const messages = await receiveSome(reader, Math.min(MESSAGES_PER_CALL, limit - count));
    if (messages.length === 0) break;
    const fresh = messages.filter(({ MessageId = "" }) => !known.has(MessageId));
    for (const message of messages) known.set(message.MessageId ?? "", message);
    count += fresh.length;
    repeated = fresh.length === 0 ? repeated + 1 : 0;
    yield fresh;
  }
  return count;
}

async function receiveSome(
  { sqs, queueUrl, isLocal = false }: DeadLetterReader,
  max: number,
): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: max,
      VisibilityTimeout: HIDDEN_S,
      WaitTimeSeconds: isLocal ? 0 : WAIT_S,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["SentTimestamp"],
    }),
  );
  return Messages;
}

/** Returns SQS's estimate of the messages that readers have received, this one among them. */
async function countHidden({ sqs, queueUrl }: DeadLetterReader): Promise<number> {
  const name = "ApproximateNumberOfMessagesNotVisible";
  return (await readNumbers(sqs, queueUrl, [name]))(name);
}

/**
 * Makes messages visible to other readers at once. If that fails, they become visible after their
 * timeout.
 */
async function release(
  { sqs, queueUrl }: DeadLetterReader,
  messages: readonly Message[],
): Promise<void> {
  await mapLimited(chunk(messages, MESSAGES_PER_CALL), RELEASES_AT_ONCE, async (call) => {
    const Entries = call.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries });
    await sqs.send(command).catch(() => undefined);
  });
}

/** Converts an SQS message. */
export function readMessage({
  Body = "",
  MessageAttributes = {},
  MessageId = "",
  Attributes,
}: Message): DeadLetterMessage {
  const envelope = tryParseJson(Body);
  const fields: JsonObject = isJsonObject(envelope) ? envelope : {};
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : undefined);
  const since = MessageAttributes[DEAD_SINCE_ATTRIBUTE]?.StringValue ?? Attributes?.SentTimestamp;
  return {
    messageId: MessageId,
    deliveryId: text("MessageId") ?? MessageId,
    topic: text("TopicArn")?.split(":").at(-1),
    publishedAtMs: timeOf(Date.parse(text("Timestamp") ?? "")),
    sentAtMs: timeOf(Number(since)),
    reason: MessageAttributes["reason"]?.StringValue,
    errorCode: MessageAttributes["error_code"]?.StringValue,
    body: text("Message") ?? Body,
  };
}

function timeOf(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : ms;
}
