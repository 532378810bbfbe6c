import type { SQSClient } from "@aws-sdk/client-sqs";
import { chunk, mapLimited, messageOf } from "@rainhooks/core";
import type { InvocationRecord } from "./records.ts";
import { MESSAGES_PER_CALL } from "./sqs-message.ts";

/** Hides records that failed from their queue for a while; returns a sentence for each that could not be hidden. */
export type RetryLater = (records: readonly InvocationRecord[]) => Promise<readonly string[]>;

/** Seconds until a record that failed is tried again: at first, and at most. */
export interface RetryWaits {
  readonly firstS: number;
  readonly maxS: number;
}

const CALLS_AT_ONCE = 16;
const MAX_DOUBLINGS = 16;

/**
 * Seconds after which a record is tried again that has been received this many times; by default 30, 60, 120 … 900. A
 * service that is down is asked less and less often, and SQS's count of receives, which cannot tell an outage from a bad
 * record, goes up slowly: at this pace 400 of them are four days.
 */
export function retryWaitS(receives: number, { firstS, maxS }: RetryWaits): number {
  return Math.round(Math.min(maxS, firstS * 2 ** Math.min(MAX_DOUBLINGS, Math.max(0, receives - 1))));
}

/**
 * Sets the visibility timeout of records that failed, longer with each time they were received. One for which that fails
 * comes back after its queue's own timeout.
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
