import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { chunk } from "@rainhooks/core/collections";
import { MESSAGES_PER_CALL } from "@rainhooks/sinks/sqs/message";
import type { Webhook } from "@rainhooks/webhook/define-function";
import type { BatchShape } from "@rainhooks/webhook/queue-shape";
import type { SQSMessageAttributes, SQSRecord } from "aws-lambda";
import type { Emulators } from "../emulators/start-emulators.ts";
import type { InvocationOutcome, OnLine } from "./function-process.ts";
import { judgeBatch, RecordOutcomes, type WebhookBatch } from "./record-outcomes.ts";
import { MAX_CHAIN, type Trace, traceOf } from "./recursion.ts";

/** A queue, and the function for its records. */
export interface MappingOptions extends Pick<Emulators, "endReceives" | "traceHeaderOf"> {
  readonly sqs: SQSClient;
  readonly queue: { readonly url: string; readonly arn: string };
  readonly batch: BatchShape;
  readonly region: string;
  /** Name of the function. */
  readonly name: string;
  /**
   * Whether the function may invoke itself by its messages as often as it likes. @defaultValue
   * false
   */
  readonly allowsLoops?: boolean;
  readonly invoke: (
    event: unknown,
    onLine?: OnLine,
    traceHeader?: string,
  ) => Promise<InvocationOutcome>;
  /** Called for failed records and completely failed batches. */
  readonly onFailure: (text: string) => void;
  /** Called when the queue cannot be read; polling continues. */
  readonly onError: (error: unknown) => void;
  /** For a webhook that is being developed. */
  readonly development?: MappingInDevelopment | undefined;
}

/** What a mapping does more while its webhook is being developed. */
export interface MappingInDevelopment {
  readonly webhook: Webhook;
  /** Called for each handled batch. */
  readonly onBatch: (batch: WebhookBatch) => void;
  /**
   * Wait before the records of a batch that failed as a whole are retried, instead of the queue's
   * visibility timeout.
   */
  readonly failedBatchWaitS: number;
}

/** A running event source mapping. */
export interface EventSourceMapping {
  /** Waits for running invocations, then stops. */
  stop(): Promise<void>;
}

/**
 * Maximum bytes of an invocation's payload, and the maximum bytes that a record adds to its body.
 */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
const RECORD_FRAME_BYTES = 2 * 1024;
/**
 * Maximum of SQS: a stage that has nothing to do takes a third of the processor time that it takes
 * with a second.
 */
const LONG_POLL_S = 20;
/**
 * Where nothing can end a receive: a mapping stops soon without cancelling one, which would hide
 * the messages it was about to return.
 */
const SHORT_POLL_S = 1;
/** Between two attempts to end a receive: one may be on its way to the services. */
const END_AGAIN_MS = 50;
const PAUSE_AFTER_ERROR_MS = 1000;

/**
 * Does what Lambda's event source mapping does for a standard queue: it collects a batch until the
 * batch is full, its window has passed or its payload is large enough; invokes the function, up to
 * its maximum concurrency; and deletes the records that succeeded. Failed ones return after their
 * visibility timeout, until the redrive policy moves them to the dead-letter queue.
 */
export function startEventSourceMapping(options: MappingOptions): EventSourceMapping {
  const stopping = new AbortController();
  const done = poll(options, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      options.endReceives?.();
      const again = setInterval(() => options.endReceives?.(), END_AGAIN_MS);
      await done.finally(() => clearInterval(again));
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
  const { batch } = options;
  const messages: Message[] = [];
  let bytes = 0;
  let endsAtMs = Number.POSITIVE_INFINITY;
  while (messages.length < batch.size && bytes < MAX_PAYLOAD_BYTES && Date.now() < endsAtMs) {
    if (stopping.aborted) return messages;
    const room = Math.min(MESSAGES_PER_CALL, batch.size - messages.length, roomFor(bytes));
    if (room === 0) break;
    const received = await receive(options, room, messages.length > 0);
    if (received.length > 0 && messages.length === 0) endsAtMs = Date.now() + batch.windowS * 1000;
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

async function receive(
  { sqs, queue, endReceives }: MappingOptions,
  room: number,
  isInWindow: boolean,
): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: room,
      WaitTimeSeconds: isInWindow || endReceives === undefined ? SHORT_POLL_S : LONG_POLL_S,
      AttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    }),
  );
  return Messages;
}

async function runBatch(options: MappingOptions, messages: readonly Message[]): Promise<void> {
  const { sqs, queue, region, invoke, onFailure, development } = options;
  const Records = messages.map((message) => toSqsRecord(message, queue.arn, region));
  const outcomes = development === undefined ? undefined : new RecordOutcomes();
  const trace = traceOf(
    options.name,
    Records.map(
      ({ attributes, receiptHandle }) =>
        attributes.AWSTraceHeader ?? options.traceHeaderOf?.(queue.url, receiptHandle),
    ),
  );
  const outcome =
    trace.invocations > MAX_CHAIN && options.allowsLoops !== true
      ? stoppedAt(trace)
      : await invoke({ Records }, outcomes && ((line) => outcomes.readLine(line)), trace.header);
  const verdict = judgeBatch(
    outcome,
    Records.map(({ messageId }) => messageId),
  );
  const { failedIds, reason } = verdict;
  if (development !== undefined && outcomes !== undefined) {
    development.onBatch(outcomes.batch(development.webhook, Records, verdict));
    if (reason !== undefined) await retryAfter(options, Records, development.failedBatchWaitS);
  } else if (failedIds.size > 0) {
    onFailure(
      `${failedIds.size} of ${Records.length} records failed${reason === undefined ? "" : `: ${reason}`}`,
    );
  }
  const handled = Records.filter(({ messageId }) => !failedIds.has(messageId));
  for (const Entries of entriesOf(handled))
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
}

/** The function is not invoked: the records come again, until they are dead letters. */
function stoppedAt({ invocations }: Trace): InvocationOutcome {
  const errorMessage = `Lambda's recursive loop detection stops the function: its own messages have invoked it ${invocations - 1} times.`;
  return { kind: "error", error: { errorType: "RecursiveInvocationException", errorMessage } };
}

function entriesOf(records: readonly SQSRecord[]) {
  return chunk(records, MESSAGES_PER_CALL).map((some) =>
    some.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle })),
  );
}

async function retryAfter(
  { sqs, queue }: MappingOptions,
  records: readonly SQSRecord[],
  VisibilityTimeout: number,
): Promise<void> {
  for (const some of entriesOf(records)) {
    const Entries = some.map((entry) => ({ ...entry, VisibilityTimeout }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries }));
  }
}

/** Converts a received message to the record that Lambda passes to a function. */
export function toSqsRecord(message: Message, queueArn: string, awsRegion: string): SQSRecord {
  const { Attributes: attributes = {} } = message;
  return {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: {
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? "1",
      SentTimestamp: attributes.SentTimestamp ?? "0",
      SenderId: attributes.SenderId ?? "",
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? "0",
      ...(attributes.AWSTraceHeader === undefined
        ? {}
        : { AWSTraceHeader: attributes.AWSTraceHeader }),
    },
    messageAttributes: messageAttributes(message),
    md5OfBody: message.MD5OfBody ?? "",
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion,
  };
}

function messageAttributes({ MessageAttributes = {} }: Message): SQSMessageAttributes {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, attribute]) => [
      name,
      {
        dataType: attribute.DataType ?? "String",
        stringListValues: [],
        binaryListValues: [],
        ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
        ...(attribute.BinaryValue === undefined
          ? {}
          : { binaryValue: Buffer.from(attribute.BinaryValue).toString("base64") }),
      },
    ]),
  );
}
