import type { SQSClient } from "@aws-sdk/client-sqs";
import { chunk, mapLimited, messageOf } from "@rainhooks/core";
import type { InvocationRecord } from "./records.ts";
import { MESSAGES_PER_CALL } from "./sqs-message.ts";

/** Hides failed records from their queue for a while; returns a message for each that could not be hidden. */
export type RetryLater = (records: readonly InvocationRecord[]) => Promise<readonly string[]>;

/** Seconds until a failed record is retried: the first wait and the maximum. */
export interface RetryWaits {
  readonly firstS: number;
  readonly maxS: number;
}

const CALLS_AT_ONCE = 16;
const MAX_DOUBLINGS = 16;

/**
 * Returns the seconds until a record is retried that was received this many times; by default 30, 60, 120 … 900. A service that
 * is down gets fewer and fewer calls, and SQS's receive count, which cannot distinguish an outage from a bad record, grows
 * slowly: 400 receives take four days.
 */
export function retryWaitS(receives: number, { firstS, maxS }: RetryWaits): number {
  return Math.round(Math.min(maxS, firstS * 2 ** Math.min(MAX_DOUBLINGS, Math.max(0, receives - 1))));
}

/**
 * Creates a function that sets the visibility timeout of failed records; it grows with the number of receives. If that fails, a record
 * returns after its queue's own timeout.
 */
export function queueRetryLater(options: {
  readonly queueUrl: string;
  readonly waits: RetryWaits;
  readonly client: () => Promise<SQSClient>;
}): RetryLater {
  const { queueUrl: QueueUrl, waits, client } = options;

  async function hide(records: readonly InvocationRecord[]): Promise<string[]> {
    try {
      const { ChangeMessageVisibilityBatchCommand } = await import("@aws-sdk/client-sqs");
      const sqs = await client();
      const Entries = records.map(({ receiptHandle, receives }, index) => ({
        Id: String(index),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: retryWaitS(receives, waits),
      }));
      const { Failed = [] } = await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      return Failed.map(({ Id, Code, Message }) => `${records[Number(Id)]?.id}: ${Message ?? Code}`);
    } catch (error) {
      return records.map(({ id }) => `${id}: ${messageOf(error)}`);
    }
  }

  return async (records) => (await mapLimited(chunk(records, MESSAGES_PER_CALL), CALLS_AT_ONCE, hide)).flat();
}
