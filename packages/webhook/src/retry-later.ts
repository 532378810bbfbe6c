import type { SQSClient } from "@aws-sdk/client-sqs";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { messageOf } from "@rainhooks/core/errors";
import { MESSAGES_PER_CALL } from "@rainhooks/sinks/sqs/message";
import { type InvocationRecord, queueName } from "./records.ts";

/** A record to retry, and the seconds that its failure asks to wait. */
export interface Retry {
  readonly record: InvocationRecord;
  readonly retryAfterS?: number | undefined;
  /**
   * Whether the failure says nothing about the record (a service is at its limit, or time was up),
   * so that a retry makes sense soon. @defaultValue false
   */
  readonly isBlameless?: boolean;
}

/** What decides how long a record waits. */
interface RetryTimes extends Pick<Retry, "retryAfterS" | "isBlameless"> {
  readonly record: Pick<InvocationRecord, "receives" | "queuedAtMs">;
}

/**
 * Hides failed records from their queue for a while; returns a message for each that could not be
 * hidden.
 */
export type RetryLater = (retries: readonly Retry[]) => Promise<readonly string[]>;

/** Seconds until a failed record is retried: the first wait and the maximum. */
export interface RetryWaits {
  readonly firstS: number;
  readonly maxS: number;
}

const CALLS_AT_ONCE = 16;
const MAX_DOUBLINGS = 16;

/**
 * Returns the seconds until a record is retried that was received this many times; by default 30,
 * 60, 120 …
 * 900. A service that is down gets fewer and fewer calls, and SQS's receive count, which cannot
 *   distinguish
 * an outage from a bad record, grows slowly: 400 receives take four days.
 */
export function retryWaitS(receives: number, { firstS, maxS }: RetryWaits): number {
  return Math.round(
    Math.min(maxS, firstS * 2 ** Math.min(MAX_DOUBLINGS, Math.max(0, receives - 1))),
  );
}

/**
 * Age up to which a record waits as long as its failure asks. After it, 400 receives take four more
 * days, and the record reaches the dead-letter queue long before SQS deletes it at the age of 14
 * days.
 */
const MAX_ASKED_AGE_S = 5 * 86_400;

/** Receives during which a blameless record waits no longer than the first time. */
const SHORT_RECEIVES = 10;

/**
 * Returns the seconds until a record is retried: what its failure asks for, but not less than
 * {@link retryWaitS}, and nothing that would make the record older than five days. A service that
 * throttles is not down, and a record for which no time was left has not failed: such a record
 * waits only the first wait for eleven receives, so that a backlog drains as soon as possible.
 */
export function retryWaitOf(
  { record, retryAfterS = 0, isBlameless = false }: RetryTimes,
  waits: RetryWaits,
  nowMs: number,
): number {
  const receives = isBlameless ? record.receives - SHORT_RECEIVES : record.receives;
  const ownS = retryWaitS(receives, waits);
  const askedS = Math.ceil(retryAfterS);
  const ageS = (nowMs - record.queuedAtMs) / SECOND_MS;
  return askedS > ownS && ageS + askedS <= MAX_ASKED_AGE_S ? askedS : ownS;
}

/**
 * Creates a function that sets the visibility timeout of failed records. It grows with the number
 * of receives, and is longer if the failure asks for it. If that fails, a record returns after its
 * queue's own timeout.
 */
export function queueRetryLater(options: {
  readonly queueUrl: string;
  /** The queue of replays, if the function has one. */
  readonly replayQueueUrl?: string | undefined;
  readonly waits: RetryWaits;
  readonly client: () => Promise<SQSClient>;
  readonly nowMs: () => number;
}): RetryLater {
  const { queueUrl, replayQueueUrl, waits, client, nowMs } = options;
  const replayQueue = replayQueueUrl === undefined ? undefined : queueName(replayQueueUrl);

  async function hide(retries: readonly Retry[]): Promise<string[]> {
    // The records of an invocation are from one queue.
    const isReplay = replayQueue !== undefined && retries[0]?.record.queueName === replayQueue;
    const QueueUrl = isReplay ? replayQueueUrl : queueUrl;
    try {
      const { ChangeMessageVisibilityBatchCommand } = await import("./sqs-client.ts");
      const sqs = await client();
      const Entries = retries.map((retry, index) => ({
        Id: String(index),
        ReceiptHandle: retry.record.receiptHandle,
        VisibilityTimeout: retryWaitOf(retry, waits, nowMs()),
      }));
      const { Failed = [] } = await sqs.send(
        new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }),
      );
      return Failed.map(
        ({ Id, Code, Message }) => `${retries[Number(Id)]?.record.id}: ${Message ?? Code}`,
      );
    } catch (error) {
      return retries.map(({ record }) => `${record.id}: ${messageOf(error)}`);
    }
  }

  return async (retries) =>
    (await mapLimited(chunk(retries, MESSAGES_PER_CALL), CALLS_AT_ONCE, hide)).flat();
}
