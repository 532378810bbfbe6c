import { createHash } from "node:crypto";
import { DeleteMessageBatchCommand, type Message, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { chunkBySize, counted, RainhooksError } from "@rainhooks/core";
import { BYTES_PER_CALL, MESSAGES_PER_CALL, messageBytes } from "@rainhooks/sinks/sqs";
import { DEAD_LETTER_ATTRIBUTES } from "@rainhooks/webhook/dead-letters";
import {
  type DeadLetterReader,
  type DeadLetterSeen,
  type Received,
  receive,
  release,
  toSeen,
} from "./read-dead-letters.ts";

/** Attempts to delete a message after the other queue has taken it. */
const DELETE_ATTEMPTS = 3;
const OWN_ATTRIBUTES: ReadonlySet<string> = new Set(DEAD_LETTER_ATTRIBUTES);

/** The result of a redrive. */
export interface Redriven {
  readonly moved: number;
  /** Messages that were examined and not moved, because they were not wanted. */
  readonly kept: number;
  /** Messages that were moved, failed again during the redrive, and are back in the dead-letter queue. */
  readonly failedAgain: number;
}

/** Options of a redrive. */
export interface RedriveOptions {
  readonly toQueueUrl: string;
  /** Selects the messages to move. A message that fails again during the redrive is not moved twice. */
  readonly wanted: (letter: DeadLetterSeen) => boolean;
  /** Maximum number of messages to examine. */
  readonly limit: number;
  readonly nowMs: () => number;
}

/**
 * Moves messages of a dead-letter queue back to the queue they came from, with their original content. Each message is sent first
 * and deleted afterwards: after an interruption it is in one of the queues or in both, which is safe because writes are idempotent.
 *
 * @throws {RainhooksError} `dead-letter-unavailable` when some could not be moved; the message has their number and the reason.
 */
export async function redrive(reader: DeadLetterReader, options: RedriveOptions): Promise<Redriven> {
  const { toQueueUrl, wanted, limit, nowMs } = options;
  const startMs = nowMs();
  const examined: Received = new Map();
  const movedBodies = new Set<string>();
  const isBack = (message: Message) =>
    movedBodies.has(digestOf(message)) && Number(message.Attributes?.SentTimestamp) >= startMs;
  const back = new Set<string>();
  let moved = 0;
  try {
    for await (const batch of receive(reader, limit, examined)) {
      for (const message of batch.filter(isBack)) back.add(message.MessageId ?? "");
      const move = batch.filter(
        ({ MessageId = "", ...message }) => !back.has(MessageId) && wanted(toSeen({ MessageId, ...message })),
      );
      for (const call of chunkBySize(move, bytesOf, { count: MESSAGES_PER_CALL, bytes: BYTES_PER_CALL })) {
        for (const message of await moveSome(reader, toQueueUrl, call)) {
          moved += 1;
          movedBodies.add(digestOf(message));
          examined.delete(message.MessageId ?? "");
        }
      }
    }
  } finally {
    await release(reader, [...examined.values()]);
  }
  return { moved, kept: examined.size - back.size, failedAgain: back.size };
}

function digestOf({ Body = "" }: Message): string {
  return createHash("sha256").update(Body).digest("base64");
}

/** Moves messages, and returns those that were moved. */
async function moveSome(
  { sqs, queueUrl }: DeadLetterReader,
  toQueueUrl: string,
  messages: readonly Message[],
): Promise<readonly Message[]> {
  const Entries = messages.map(({ Body, MessageAttributes = {} }, index) => ({
    Id: String(index),
    MessageBody: Body,
    MessageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes).filter(([name]) => !OWN_ATTRIBUTES.has(name)),
    ),
  }));
  const { Successful = [], Failed = [] } = await sqs.send(
    new SendMessageBatchCommand({ QueueUrl: toQueueUrl, Entries }),
  );
  const sent = Successful.flatMap(({ Id }) => messages[Number(Id)] ?? []);
  const kept = await deleteAll({ sqs, queueUrl }, sent);
  const [refusal] = Failed;
  const problems = [
    ...(refusal === undefined
      ? []
      : [
          `${toQueueUrl} accepted ${sent.length} of ${counted(messages.length, "message")}: ${refusal.Message ?? refusal.Code}. The others stay in the dead-letter queue.`,
        ]),
    ...(kept === 0
      ? []
      : [
          `Moved, but not deleted from ${queueUrl}: ${counted(kept, "message")}. A later redrive moves that again, which is safe.`,
        ]),
  ];
  if (problems.length === 0) return sent;
  throw new RainhooksError("dead-letter-unavailable", problems.join(" "));
}

/** Deletes messages, and returns the number that could not be deleted. */
export async function deleteAll(
  { sqs, queueUrl }: DeadLetterReader,
  messages: readonly Message[],
): Promise<number> {
  let remaining = messages;
  for (let attempt = 0; remaining.length > 0 && attempt < DELETE_ATTEMPTS; attempt += 1) {
    const Entries = remaining.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const failed = new Set(Failed.map(({ Id }) => Number(Id)));
    remaining = remaining.filter((_, index) => failed.has(index));
  }
  return remaining.length;
}

function bytesOf({ Body: body = "", MessageAttributes = {} }: Message): number {
  const attributes = Object.entries(MessageAttributes).map(([name, { DataType = "", ...value }]) => [
    name,
    { DataType, ...value },
  ]);
  return messageBytes({ body, attributes: Object.fromEntries(attributes) });
}
