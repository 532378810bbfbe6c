import type { SQSClient } from "@aws-sdk/client-sqs";
import { countText } from "@rainhooks/core/count-text";
import type { Delivery, Replay } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { REPLAY_ATTRIBUTE, replayText } from "@rainhooks/core/deliveries/read";
import { RainhooksError } from "@rainhooks/core/errors";
import { DEFAULT_RETRY, type RetryPolicy, retryLeftovers } from "@rainhooks/core/retry";
import { escapeForSqs, textAttribute } from "@rainhooks/sinks/sqs/message";
import { type OutgoingMessage, sendMessages } from "@rainhooks/sinks/sqs/send-messages";

/** The queue to which a replay sends. */
export interface ReplayQueue {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** @defaultValue ten attempts, with pauses of up to 2 s */
  readonly retry?: RetryPolicy;
}

/** What a queue can never take, and why. */
export interface Unsendable {
  readonly id: string;
  readonly reason: string;
}

const RETRY: RetryPolicy = { ...DEFAULT_RETRY, attempts: 10 };

interface Message extends OutgoingMessage {
  readonly id: string;
}

/**
 * Sends deliveries to a queue as SNS has sent them, each with an attribute that names the replay.
 *
 * @returns Those that the queue can never take.
 * @throws {RainhooksError} `sink-unavailable` if the queue takes some not now; others may have been
 * sent.
 */
export async function sendDeliveries(
  { sqs, queueUrl, retry = RETRY }: ReplayQueue,
  deliveries: readonly Delivery[],
  replay: Replay,
): Promise<Unsendable[]> {
  const attributes = { [REPLAY_ATTRIBUTE]: textAttribute(replayText(replay)) };
  const messages = deliveries.map((delivery): Message => {
    return { id: delivery.id, body: escapeForSqs(notificationText(delivery)), attributes };
  });
  const unsendable: Unsendable[] = [];
  let [cause, why]: [unknown, string] = [undefined, ""];
  const send = async (some: readonly Message[]) => {
    const unsent = await sendMessages(async () => sqs, queueUrl, some);
    return unsent.flatMap(({ message, isInvalid, ...failure }) => {
      if (isInvalid) unsendable.push({ id: message.id, reason: failure.reason });
      else [cause, why] = [failure.cause, failure.reason];
      return isInvalid ? [] : message;
    });
  };
  const left = await retryLeftovers(messages, send, retry);
  if (left.length === 0) return unsendable;
  const message = `${queueUrl} did not take ${countText(left.length, "message")}: ${why}`;
  throw new RainhooksError("sink-unavailable", message, { cause });
}
