import { createHash } from "node:crypto";
import { DeleteMessageBatchCommand, type Message, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { chunkBySize, RainhooksError } from "@rainhooks/core";
import { DEAD_LETTER_ATTRIBUTES } from "@rainhooks/webhook/dead-letters";
import { BYTES_PER_CALL, MESSAGES_PER_CALL, messageBytes } from "@rainhooks/webhook/sqs-message";
import {
  type DeadLetterReader,
  type DeadLetterSeen,
  receive,
  release,
  type Seen,
  toSeen,
} from "./read-dead-letters.ts";

/** Times that a message which the other queue has taken is tried to be deleted. */
const DELETE_TRIES = 3;
const OWN_ATTRIBUTES: ReadonlySet<string> = new Set(DEAD_LETTER_ATTRIBUTES);

/** What a redrive did. */
export interface Redriven {
  readonly moved: number;
  /** Messages that were looked at and left, because they were not wanted. */
  readonly left: number;
  /** Messages that went back, failed again meanwhile, and are here again. */
  readonly failedAgain: number;
}

/** How a redrive is done. */
export interface RedriveOptions {
  readonly toQueueUrl: string;
  /** Which messages to move. One that fails again while this goes on is not moved a second time. */
  readonly wanted: (letter: DeadLetterSeen) => boolean;
  /** Messages to look at, at most. */
  readonly most: number;
  readonly nowMs: () => number;
}

/**
 * Moves messages of a dead-letter queue back to the queue that they came from, as they were before. A message is sent first and
 * deleted then, so whatever breaks off in between it is in one of the two, or in both: writes are idempotent.
 *
 * @throws {RainhooksError} `dead-letter-unavailable` when some could not be moved, with how many and why.
 */
export async function redrive(reader: DeadLetterReader, options: RedriveOptions): Promise<Redriven> {
  const { toQueueUrl, wanted, most, nowMs } = options;
  const startMs = nowMs();
  const seen: Seen = new Map();
  const movedBodies = new Set<string>();
  const isBack = (message: Message) =>
    movedBodies.has(digestOf(message)) && Number(message.Attributes?.SentTimestamp) >= startMs;
  const back = new Set<string>();
  let moved = 0;
  try {
    for await (const some of receive(reader, most, seen)) {
      for (const message of some.filter(isBack)) back.add(message.MessageId ?? "");
      const move = some.filter(
        ({ MessageId = "", ...message }) => !back.has(MessageId) && wanted(toSeen({ MessageId, ...message })),
      );
      for (const call of chunkBySize(move, bytesOf, { count: MESSAGES_PER_CALL, bytes: BYTES_PER_CALL })) {
        for (const message of await moveSome(reader, toQueueUrl, call)) {
          moved += 1;
          movedBodies.add(digestOf(message));
          seen.delete(message.MessageId ?? "");
        }
      }
    }
  } finally {
    await release(reader, [...seen.values()]);
  }
  return { moved, left: seen.size - back.size, failedAgain: back.size };
}

function digestOf({ Body = "" }: Message): string {
  return createHash("sha256").update(Body).digest("base64");
}

/** Moves some messages, and answers them. */
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
          `${toQueueUrl} took ${sent.length} of ${messages.length} messages: ${refusal.Message ?? refusal.Code}. The others stay where they are.`,
        ]),
    ...(kept === 0
      ? []
      : [
          `${kept} messages went back, but cannot be deleted from ${queueUrl}: they will be handled twice, which changes nothing.`,
        ]),
  ];
  if (problems.length === 0) return sent;
  throw new RainhooksError("dead-letter-unavailable", problems.join(" "));
}

/** Deletes messages, and answers how many could not be. */
export async function deleteAll(
  { sqs, queueUrl }: DeadLetterReader,
  messages: readonly Message[],
): Promise<number> {
  let left = messages;
  for (let tries = 0; left.length > 0 && tries < DELETE_TRIES; tries += 1) {
    const Entries = left.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const failed = new Set(Failed.map(({ Id }) => Number(Id)));
    left = left.filter((_, index) => failed.has(index));
  }
  return left.length;
}

function bytesOf({ Body: body = "", MessageAttributes = {} }: Message): number {
  const attributes = Object.entries(MessageAttributes).map(([name, { DataType = "", ...value }]) => [
    name,
    { DataType, ...value },
  ]);
  return messageBytes({ body, attributes: Object.fromEntries(attributes) });
}
