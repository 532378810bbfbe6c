import type { SQSClient } from "@aws-sdk/client-sqs";
import { RainhooksError } from "@rainhooks/core/errors";
import { failAll, type ItemFailure } from "@rainhooks/sinks/sink";
import {
  ATTRIBUTES_PER_MESSAGE,
  escapeForSqs,
  type QueuedAttribute,
  type QueuedMessage,
  textAttribute,
} from "@rainhooks/sinks/sqs/message";
import { sendMessages } from "@rainhooks/sinks/sqs/send-messages";

/** A record that no retry can help, and the reason. */
export interface DeadLetter {
  readonly id: string;
  readonly message: QueuedMessage;
  readonly error: RainhooksError;
}

/** Sends dead letters; returns those that could not be sent. */
export type DeadLetterQueue = (letters: readonly DeadLetter[]) => Promise<readonly ItemFailure[]>;

const MAX_REASON = 1024;

/** Attributes that are added to a message in a dead-letter queue. */
export const DEAD_LETTER_ATTRIBUTES = ["reason", "error_code", "webhook"] as const;

/**
 * Creates a function that sends records to a dead-letter queue as they were in their own queue,
 * with the additional attributes `reason`, `error_code` and `webhook`. Characters that SQS rejects
 * are escaped. The SQS client is created on first use.
 */
export function deadLetterQueue(options: {
  readonly queueUrl: string;
  readonly webhook: string;
  readonly client: () => Promise<SQSClient>;
}): DeadLetterQueue {
  const { queueUrl, webhook, client } = options;

  return async (letters) => {
    const messages = letters.map((letter) => ({ id: letter.id, ...toMessage(letter, webhook) }));
    const unsent = await sendMessages(client, queueUrl, messages);
    return unsent.flatMap(({ message: { id }, reason, cause }) =>
      failAll([id], unavailable(queueUrl, reason, cause)),
    );
  };
}

/** Builds the message of a letter: the original record, and the reason. */
function toMessage({ message, error }: DeadLetter, webhook: string): QueuedMessage {
  const own: Record<(typeof DEAD_LETTER_ATTRIBUTES)[number], QueuedAttribute> = {
    reason: textAttribute(escapeForSqs(error.message.slice(0, MAX_REASON).toWellFormed())),
    error_code: textAttribute(error.code),
    webhook: textAttribute(webhook),
  };
  const kept = Object.entries(message.attributes)
    .filter(([name]) => !Object.hasOwn(own, name))
    .slice(0, ATTRIBUTES_PER_MESSAGE - Object.keys(own).length);
  return { body: escapeForSqs(message.body), attributes: { ...Object.fromEntries(kept), ...own } };
}

function unavailable(queueUrl: string, reason: string, cause?: unknown): RainhooksError {
  const message = `Dead-letter queue ${queueUrl} accepted no message: ${reason}. The record stays in its queue.`;
  return new RainhooksError("dead-letter-unavailable", message, { cause });
}
