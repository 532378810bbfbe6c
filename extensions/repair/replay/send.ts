import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { chunkBySize, mapLimited } from "@rainhooks/core/collections";
import { countText } from "@rainhooks/core/count-text";
import type { Delivery, Replay } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { REPLAY_ATTRIBUTE, replayText } from "@rainhooks/core/deliveries/read";
import { RainhooksError } from "@rainhooks/core/errors";
import { DEFAULT_RETRY, type RetryPolicy, retryLeftovers } from "@rainhooks/core/retry";
import {
  BYTES_PER_CALL,
  escapeForSqs,
  MESSAGES_PER_CALL,
  messageBytes,
  textAttribute,
} from "@rainhooks/sinks/sqs/message";

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

const CALLS_AT_ONCE = 16;
const RETRY: RetryPolicy = { ...DEFAULT_RETRY, attempts: 10 };

/**
 * Sends deliveries to a queue as SNS has sent them, each with an attribute that names the replay.
 *
 * @returns Those that the queue can never take.
 * @throws {RainhooksError} `sink-unavailable` if the queue takes some not now; others may have been sent.
 */
export async function sendDeliveries(
  { sqs, queueUrl, retry = RETRY }: ReplayQueue,
  deliveries: readonly Delivery[],
  replay: Replay,
): Promise<Unsendable[]> {
  const attributes = { [REPLAY_ATTRIBUTE]: textAttribute(replayText(replay)) };
  const messages = deliveries.map((delivery): Message => {
    const body = escapeForSqs(notificationText(delivery));
    return { id: delivery.id, body, bytes: messageBytes({ body, attributes }) };
  });
  const calls = chunkBySize(messages, ({ bytes }) => bytes, {
    count: MESSAGES_PER_CALL,
    bytes: BYTES_PER_CALL,
  });
  const unsendable: Unsendable[] = [];
  let reason = "";

  async function send(call: readonly Message[]): Promise<readonly Message[]> {
    const Entries = call.map(({ body }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageAttributes: attributes,
    }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    return Failed.flatMap(({ Id, Code, Message: text, SenderFault }) => {
      const message = call[Number(Id)];
      if (message === undefined) return [];
      reason = `${Code}: ${text}`;
      if (SenderFault !== true) return [message];
      unsendable.push({ id: message.id, reason });
      return [];
    });
  }

  const left = await mapLimited(calls, CALLS_AT_ONCE, (call) => retryLeftovers(call, send, retry));
  const count = left.reduce((sum, { length }) => sum + length, 0);
  if (count === 0) return unsendable;
  throw new RainhooksError(
    "sink-unavailable",
    `${queueUrl} did not take ${countText(count, "message")}: ${reason}`,
  );
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly bytes: number;
}
