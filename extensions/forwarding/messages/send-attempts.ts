import type { SQSClient } from "@aws-sdk/client-sqs";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { escapeForSqs } from "@rainhooks/sinks/sqs/message";
import { MAX_DELAY_S, sendMessages } from "@rainhooks/sinks/sqs/send-messages";
import type { WorkerMessage } from "./attempt-message.ts";

/** A message that was not sent, and why. */
export interface UnsentAttempt {
  readonly message: WorkerMessage;
  readonly error: RainhooksError;
}

/** Sends messages to a queue; returns those that it did not take. Never throws. */
export type SendAttempts = (
  messages: readonly WorkerMessage[],
) => Promise<readonly UnsentAttempt[]>;

/** The queue to send to. */
export interface SendAttemptsOptions {
  readonly client: () => Promise<SQSClient>;
  readonly queueUrl: string;
  readonly nowMs: () => number;
}

/**
 * Makes a function that sends messages to a queue. One that is due later is delayed until then, or
 * by 15 minutes at most: who receives it earlier than it is due sends it again. The message group
 * is the destination: a fair queue gives each destination its share.
 *
 * A message that no queue takes, because it is too large, is a permanent failure. SNS accepts 256
 * KiB, which even with every character escaped is half of what SQS takes.
 */
export function sendAttempts({ client, queueUrl, nowMs }: SendAttemptsOptions): SendAttempts {
  return async (messages) => {
    const unsent = await sendMessages(
      client,
      queueUrl,
      messages.map((message) => ({
        message,
        body: escapeForSqs(JSON.stringify({ ...message, sentAtMs: nowMs() })),
        attributes: {},
        groupId: message.destination,
        delayS: delayOf(message, nowMs()),
      })),
    );
    return unsent.map(({ message: { message }, reason, isInvalid, cause }) => ({
      message,
      error: new RainhooksError(
        isInvalid ? "sink-rejected" : "sink-unavailable",
        `The queue ${queueUrl} took no message for ${message.destination}: ${reason}`,
        { cause, permanent: isInvalid },
      ),
    }));
  };
}

function delayOf({ dueAtMs = 0 }: WorkerMessage, nowMs: number): number {
  return Math.min(MAX_DELAY_S, Math.max(0, Math.ceil((dueAtMs - nowMs) / SECOND_MS)));
}
