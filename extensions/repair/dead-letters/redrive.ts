import { createHash } from "node:crypto";
import { type Message, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { chunkBySize } from "@rainhooks/core/collections";
import { countText } from "@rainhooks/core/count-text";
import { DEAD_SINCE_ATTRIBUTE } from "@rainhooks/core/deliveries/read";
import { RainhooksError } from "@rainhooks/core/errors";
import {
  ATTRIBUTES_PER_MESSAGE,
  BYTES_PER_CALL,
  MAX_MESSAGE_BYTES,
  MESSAGES_PER_CALL,
  messageBytes,
  type QueuedAttribute,
  type QueuedMessage,
  textAttribute,
} from "@rainhooks/sinks/sqs/message";
import { deleteMessages } from "@rainhooks/stage/drop-dead-letters";
import {
  type DeadLetterMessage,
  type DeadLetterReader,
  examine,
  type MessagesById,
  readMessage,
} from "@rainhooks/stage/read-dead-letters";
import { DEAD_LETTER_ATTRIBUTES } from "@rainhooks/webhook/dead-letters";

const OWN_ATTRIBUTES: ReadonlySet<string> = new Set(DEAD_LETTER_ATTRIBUTES);

/** A dead letter of which a message is in the queue of the webhook again. */
export interface SentDeadLetter {
  readonly letter: DeadLetterMessage;
  /** What tells that message from others: a digest of its body. */
  readonly digest: string;
}

/** The result of a redrive. */
export type RedriveResult = Awaited<ReturnType<typeof redrive>>;

/** Options of a redrive. */
export interface RedriveOptions {
  readonly toQueueUrl: string;
  /**
   * Selects the messages to move. A message that fails again during the redrive is not moved twice.
   */
  readonly wanted: (letter: DeadLetterMessage) => boolean;
  /** Maximum number of messages to examine. */
  readonly limit: number;
  readonly nowMs: () => number;
}

/**
 * Moves messages of a dead-letter queue back to the queue they came from, with their original
 * content. Each message is sent first and deleted afterwards: after an interruption it is in one of
 * the queues or in both, which is safe because writes are idempotent.
 *
 * @throws {RainhooksError} `dead-letter-unavailable` when some could not be moved; the message has
 * their number and the reason.
 */
export function redrive(reader: DeadLetterReader, options: RedriveOptions) {
  return examine(reader, options.limit, (batches, examined) =>
    moveWanted(reader, options, batches, examined),
  );
}

async function moveWanted(
  reader: DeadLetterReader,
  { toQueueUrl, wanted, nowMs }: RedriveOptions,
  batches: AsyncIterable<Message[]>,
  examined: MessagesById,
) {
  const startMs = nowMs();
  const moved: SentDeadLetter[] = [];
  const digests = new Set<string>();
  const isBack = (message: Message) =>
    digests.has(digestOf(message)) && Number(message.Attributes?.SentTimestamp) >= startMs;
  const back = new Set<string>();
  for await (const batch of batches) {
    for (const message of batch.filter(isBack)) back.add(message.MessageId ?? "");
    const move = batch.filter(
      ({ MessageId = "", ...message }) =>
        !back.has(MessageId) && wanted(readMessage({ MessageId, ...message })),
    );
    for (const call of chunkBySize(move, bytesOf, {
      count: MESSAGES_PER_CALL,
      bytes: BYTES_PER_CALL,
    })) {
      for (const message of await moveSome(reader, toQueueUrl, call)) {
        moved.push({ letter: readMessage(message), digest: digestOf(message) });
        digests.add(digestOf(message));
        examined.delete(message.MessageId ?? "");
      }
    }
  }
  const left = [...examined.values()].map(readMessage);
  const isBackAgain = ({ messageId }: DeadLetterMessage) => back.has(messageId);
  return {
    moved,
    /** Messages that were examined and not moved, because they were not wanted. */
    kept: left.filter((letter) => !isBackAgain(letter)),
    /**
     * Messages that were moved, failed again during the redrive, and are back in the dead-letter
     * queue.
     */
    back: left.filter(isBackAgain),
  };
}

/** Returns what tells a message from others in the queue and in the dead-letter queue. */
export function digestOf({ Body = "" }: Message): string {
  return createHash("sha256").update(Body).digest("base64");
}

/** Moves messages, and returns those that were moved. */
async function moveSome(
  { sqs, queueUrl }: DeadLetterReader,
  toQueueUrl: string,
  messages: readonly Message[],
): Promise<readonly Message[]> {
  const Entries = messages.map((message, index) => ({
    Id: String(index),
    MessageBody: message.Body,
    MessageAttributes: attributesToSend(message),
  }));
  const { Successful = [], Failed = [] } = await sqs.send(
    new SendMessageBatchCommand({ QueueUrl: toQueueUrl, Entries }),
  );
  const sent = Successful.flatMap(({ Id }) => messages[Number(Id)] ?? []);
  const kept = await deleteMessages({ sqs, queueUrl }, sent);
  const [refusal] = Failed;
  const problems = [
    ...(refusal === undefined
      ? []
      : [
          `${toQueueUrl} accepted ${sent.length} of ${countText(messages.length, "message")}: ${refusal.Message ?? refusal.Code}. The others stay in the dead-letter queue.`,
        ]),
    ...(kept === 0
      ? []
      : [
          `Moved, but not deleted from ${queueUrl}: ${countText(kept, "message")}. A later redrive moves that again, which is safe.`,
        ]),
  ];
  if (problems.length === 0) return sent;
  throw new RainhooksError("dead-letter-unavailable", problems.join(" "));
}

/**
 * Returns the attributes of a message without those of a dead letter, and since when it is one,
 * unless that would make it too large.
 */
function attributesToSend(message: Message): Record<string, QueuedAttribute> {
  const { body, attributes } = sendable(message);
  const kept = Object.fromEntries(
    Object.entries(attributes).filter(([name]) => !OWN_ATTRIBUTES.has(name)),
  );
  const { sentAtMs } = readMessage(message);
  const dated = { [DEAD_SINCE_ATTRIBUTE]: textAttribute(String(sentAtMs)), ...kept };
  const fits =
    Object.keys(dated).length <= ATTRIBUTES_PER_MESSAGE &&
    messageBytes({ body, attributes: dated }) <= MAX_MESSAGE_BYTES;
  return sentAtMs !== undefined && fits ? dated : kept;
}

/** Converts an SQS message to what a queue takes. */
function sendable({ Body: body = "", MessageAttributes = {} }: Message): QueuedMessage {
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { DataType = "", ...value }]) => [name, { DataType, ...value }],
  );
  return { body, attributes: Object.fromEntries(attributes) };
}

function bytesOf(message: Message): number {
  return messageBytes(sendable(message));
}
