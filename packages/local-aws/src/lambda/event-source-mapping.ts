import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { chunk } from "@rainhooks/core";
import type { BatchShape } from "@rainhooks/webhook/define";
import { MESSAGES_PER_CALL } from "@rainhooks/webhook/sqs-message";
import { judgeBatch } from "./batch-response.ts";
import type { InvocationOutcome } from "./function-process.ts";
import { toSqsRecord } from "./sqs-records.ts";

/** A queue, and the function for its records. */
export interface MappingOptions {
  readonly sqs: SQSClient;
  readonly queue: { readonly url: string; readonly arn: string };
  readonly batch: BatchShape;
  readonly region: string;
  readonly invoke: (event: unknown) => Promise<InvocationOutcome>;
  readonly nowMs: () => number;
  /** Called for failed records and completely failed batches. */
  readonly onFailure: (text: string) => void;
  /** Called when the queue cannot be read; polling continues. */
  readonly onError: (error: unknown) => void;
}

/** A running event source mapping. */
export interface EventSourceMapping {
  /** Waits for running invocations, then stops. */
  stop(): Promise<void>;
}

/** Maximum bytes of an invocation's payload, and the maximum bytes that a record adds to its body. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
const RECORD_FRAME_BYTES = 2 * 1024;
/** Short, so that a mapping stops soon without cancelling a receive, which would hide the messages it was about to return. */
const LONG_POLL_S = 1;
const PAUSE_AFTER_ERROR_MS = 1000;

/**
 * Does what Lambda's event source mapping does for a standard queue: it collects a batch until the batch is full, its
 * window has passed or its payload is large enough; invokes the function, up to its maximum concurrency; and deletes the records
 * that succeeded. Failed ones return after their visibility timeout, until the redrive policy moves them to the dead-letter queue.
 */
export function startEventSourceMapping(options: MappingOptions): EventSourceMapping {
  const stopping = new AbortController();
  const done = poll(options, stopping.signal);
  return {
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

async function poll(options: MappingOptions, stopping: AbortSignal): Promise<void> {
  const running = new Set<Promise<void>>();
  const pauseAfter = async (error: unknown) => {
    options.onError(error);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS));
  };
  while (!stopping.aborted) {
    if (running.size >= options.batch.maxConcurrency) {
      await Promise.race(running);
      continue;
    }
    try {
      const messages = await gather(options, stopping);
      if (messages.length === 0) continue;
      const run: Promise<void> = runBatch(options, messages)
        .catch(pauseAfter)
        .finally(() => running.delete(run));
      running.add(run);
    } catch (error) {
      await pauseAfter(error);
    }
  }
  await Promise.all(running);
}

async function gather(options: MappingOptions, stopping: AbortSignal): Promise<Message[]> {
  const { batch, nowMs } = options;
  const messages: Message[] = [];
  let bytes = 0;
  let endsAtMs = Number.POSITIVE_INFINITY;
  while (messages.length < batch.size && bytes < MAX_PAYLOAD_BYTES && nowMs() < endsAtMs) {
    if (stopping.aborted) return messages;
    const room = Math.min(MESSAGES_PER_CALL, batch.size - messages.length, roomFor(bytes));
    if (room === 0) break;
    const received = await receive(options, room);
    if (received.length > 0 && messages.length === 0) endsAtMs = nowMs() + batch.windowS * 1000;
    if (received.length === 0 && batch.windowS === 0) break;
    messages.push(...received);
    for (const { Body = "" } of received) bytes += 2 * Buffer.byteLength(Body) + RECORD_FRAME_BYTES;
  }
  return messages;
}

/** Returns how many messages of maximum size still fit into the payload. */
function roomFor(bytes: number): number {
  const largest = 2 * 256 * 1024;
  return Math.max(bytes === 0 ? 1 : 0, Math.floor((MAX_PAYLOAD_BYTES - bytes) / largest));
}

async function receive({ sqs, queue }: MappingOptions, room: number): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: room,
      WaitTimeSeconds: LONG_POLL_S,
      AttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    }),
  );
  return Messages;
}

async function runBatch(options: MappingOptions, messages: readonly Message[]): Promise<void> {
  const { sqs, queue, region, invoke, onFailure } = options;
  const Records = messages.map((message) => toSqsRecord(message, queue.arn, region));
  const outcome = await invoke({ Records });
  const { failedIds, reason } = judgeBatch(
    outcome,
    Records.map(({ messageId }) => messageId),
  );
  if (failedIds.size > 0) {
    onFailure(
      `${failedIds.size} of ${Records.length} records failed${reason === undefined ? "" : `: ${reason}`}`,
    );
  }
  const done = Records.filter(({ messageId }) => !failedIds.has(messageId));
  for (const some of chunk(done, MESSAGES_PER_CALL)) {
    const Entries = some.map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
    }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
  }
}
