import type { SQSClient } from "@aws-sdk/client-sqs";
import { chunkBySize, mapLimited } from "@rainhooks/core/collections";
import { messageOf } from "@rainhooks/core/errors";
import {
  BYTES_PER_CALL,
  MAX_MESSAGE_BYTES,
  MESSAGES_PER_CALL,
  messageBytes,
  type QueuedMessage,
} from "./message.ts";

/** A message to send. */
export interface OutgoingMessage extends QueuedMessage {
  /**
   * Messages of one group share what a fair queue gives; the order of a standard queue does not
   * change.
   */
  readonly groupId?: string | undefined;
  /** Seconds during which nobody receives it, up to {@link MAX_DELAY_S}. */
  readonly delayS?: number | undefined;
}

/** Maximum delay of a message. Source: Amazon SQS developer guide, "Quotas". */
export const MAX_DELAY_S = 900;

const CALLS_AT_ONCE = 8;

/** A message that the queue did not take. */
export interface UnsentMessage<Of extends OutgoingMessage> {
  readonly message: Of;
  readonly reason: string;
  /**
   * True if no queue takes it, however often it is sent: it is too large, or has content that SQS
   * rejects.
   */
  readonly isInvalid: boolean;
  readonly cause?: unknown;
}

/**
 * Codes of SQS for a message that is too large, or has characters or attributes that it rejects.
 */
const INVALID_CODES: ReadonlySet<string> = new Set([
  "InvalidMessageContents",
  "InvalidParameterValue",
]);

/**
 * Sends messages to a queue, ten to a call. It never throws. A message that is larger than SQS
 * allows is not sent.
 *
 * @param client Created on first use: most functions do not send in most invocations.
 * @returns The messages that the queue did not take.
 */
export async function sendMessages<Of extends OutgoingMessage>(
  client: () => Promise<SQSClient>,
  queueUrl: string,
  messages: readonly Of[],
): Promise<UnsentMessage<Of>[]> {
  const tooLarge = messages.flatMap((message): UnsentMessage<Of>[] => {
    const bytes = messageBytes(message);
    return bytes <= MAX_MESSAGE_BYTES
      ? []
      : [{ message, reason: sizeReason(bytes), isInvalid: true }];
  });
  const skipped = new Set(tooLarge.map(({ message }) => message));
  const calls = chunkBySize(
    messages.filter((message) => !skipped.has(message)),
    messageBytes,
    { count: MESSAGES_PER_CALL, bytes: BYTES_PER_CALL },
  );
  const unsent = await mapLimited(
    calls,
    CALLS_AT_ONCE,
    async (call): Promise<UnsentMessage<Of>[]> => {
      try {
        return await sendCall(await client(), queueUrl, call);
      } catch (cause) {
        return call.map((message) => ({
          message,
          reason: messageOf(cause),
          isInvalid: false,
          cause,
        }));
      }
    },
  );
  return [...tooLarge, ...unsent.flat()];
}

function sizeReason(bytes: number): string {
  return `it has ${bytes} bytes, and SQS takes ${MAX_MESSAGE_BYTES} at most`;
}

async function sendCall<Of extends OutgoingMessage>(
  sqs: SQSClient,
  QueueUrl: string,
  call: readonly Of[],
): Promise<UnsentMessage<Of>[]> {
  const { SendMessageBatchCommand } = await import("./sqs-client.ts");
  const Entries = call.map(({ body, attributes, groupId, delayS }, index) => ({
    Id: String(index),
    MessageBody: body,
    MessageAttributes: { ...attributes },
    ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
    ...(delayS === undefined
      ? {}
      : { DelaySeconds: Math.min(MAX_DELAY_S, Math.max(0, Math.ceil(delayS))) }),
  }));
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  return Failed.flatMap(({ Id, Code = "unknown", Message }) => {
    const message = call[Number(Id)];
    return message === undefined
      ? []
      : [{ message, reason: `${Code}: ${Message}`, isInvalid: INVALID_CODES.has(Code) }];
  });
}
