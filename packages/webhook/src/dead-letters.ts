import type { SendMessageBatchRequestEntry, SQSClient } from "@aws-sdk/client-sqs";
import { chunkBySize, messageOf, RainhooksError } from "@rainhooks/core";
import { failAll, type ItemFailure } from "@rainhooks/sinks";
import type { QueuedAttribute, QueuedMessage } from "./records.ts";

/** A record that no retry can help, and why. */
export interface DeadLetter {
  readonly id: string;
  readonly message: QueuedMessage;
  readonly error: RainhooksError;
}

/** Takes dead letters; answers which ones it could not keep. */
export type DeadLetterQueue = (letters: readonly DeadLetter[]) => Promise<readonly ItemFailure[]>;

/** Limits of calls with several messages, and of a message's attributes. Source: Amazon SQS developer guide, "Quotas". */
export const MESSAGES_PER_CALL = 10;
export const BYTES_PER_CALL = 256 * 1024;
const ATTRIBUTES_PER_MESSAGE = 10;
const LONGEST_REASON = 1024;

/** Attributes that a message gets on its way to a dead-letter queue. */
export const DEAD_LETTER_ATTRIBUTES = ["reason", "error_code", "webhook"] as const;

/**
 * Sends records to a dead-letter queue as they stood in their own queue, with the attributes `reason`, `error_code`
 * and `webhook`. The SQS client is made on first use, so that a function which never needs it never loads it.
 */
export function deadLetterQueue(options: {
  readonly queueUrl: string;
  readonly webhook: string;
  readonly client: () => Promise<SQSClient>;
}): DeadLetterQueue {
  const { queueUrl, webhook, client } = options;

  async function send(letters: readonly DeadLetter[]): Promise<ItemFailure[]> {
    const { SendMessageBatchCommand } = await import("@aws-sdk/client-sqs");
    const sqs = await client();
    const Entries = letters.map((letter, index) => toEntry(letter, String(index), webhook));
    const answer = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    return (answer.Failed ?? []).flatMap(({ Id, Code, Message }) =>
      failAll([letters[Number(Id)]?.id ?? ""], unavailable(queueUrl, `${Code}: ${Message}`)),
    );
  }

  return async (letters) => {
    const failures = callsOf(letters).map(async (some) => {
      try {
        return await send(some);
      } catch (error) {
        return failAll(
          some.map(({ id }) => id),
          unavailable(queueUrl, messageOf(error), error),
        );
      }
    });
    return (await Promise.all(failures)).flat();
  };
}

function toEntry({ message, error }: DeadLetter, Id: string, webhook: string): SendMessageBatchRequestEntry {
  const own: Record<(typeof DEAD_LETTER_ATTRIBUTES)[number], QueuedAttribute> = {
    reason: text(printable(error.message.slice(0, LONGEST_REASON))),
    error_code: text(error.code),
    webhook: text(webhook),
  };
  const kept = Object.entries(message.attributes)
    .filter(([name]) => !Object.hasOwn(own, name))
    .slice(0, ATTRIBUTES_PER_MESSAGE - Object.keys(own).length);
  return { Id, MessageBody: message.body, MessageAttributes: { ...Object.fromEntries(kept), ...own } };
}

function text(StringValue: string): QueuedAttribute {
  return { DataType: "String", StringValue };
}

/** SQS takes no control characters and no half surrogate pairs in an attribute. */
function printable(reason: string): string {
  return reason.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}

function callsOf(letters: readonly DeadLetter[]): DeadLetter[][] {
  const bytesOf = ({ message }: DeadLetter) => Buffer.byteLength(message.body) + 2 * LONGEST_REASON;
  return chunkBySize(letters, bytesOf, { count: MESSAGES_PER_CALL, bytes: BYTES_PER_CALL });
}

function unavailable(queueUrl: string, reason: string, cause?: unknown): RainhooksError {
  const message = `Dead-letter queue ${queueUrl} took no message: ${reason}. The record stays in its queue.`;
  return new RainhooksError("dead-letter-unavailable", message, { cause });
}
