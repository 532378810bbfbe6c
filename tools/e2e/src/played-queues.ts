import { type MessageAttributeValue, SQSClient } from "@aws-sdk/client-sqs";
import { toSqsRecord } from "@rainhooks/local/aws/lambda/event-source-mapping";
import { MAX_CHAIN, traceOf } from "@rainhooks/local/aws/lambda/recursion";
import type { MemoryQueue, QueueRules } from "@rainhooks/testing/memory-queue";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import type { QueuedFunction } from "@rainhooks/webhook/define-function";
import type { WebhookHandler } from "@rainhooks/webhook/handler";
import type { Context } from "aws-lambda";

/** The queues of a function. */
export interface FunctionQueues {
  readonly queue: MemoryQueue;
  readonly deadLetters: MemoryQueue;
}

/** A queue, and what handles its messages in batches. */
export interface HandledQueue {
  readonly queue: MemoryQueue;
  readonly batchSize: number;
  readonly handler: WebhookHandler;
  /** The function, if its invocations are counted; `allowsLoops` if Lambda must not stop it. */
  readonly counted?: { readonly name: string; readonly allowsLoops: boolean } | undefined;
}

/** Maximum steps of a play; more is an endless loop. */
const MAX_STEPS = 100_000;

/**
 * The queues of functions, in memory with SQS's rules, the client that reaches them, and a clock
 * that jumps from one scheduled moment to the next: days take seconds.
 */
export class PlayedQueues {
  nowMs: number;
  readonly #queues = new MemoryQueues(() => this.nowMs);
  readonly sqs = new SQSClient(this.#queues.clientOptions);

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Whether every call of SQS fails. */
  set isSqsDown(isDown: boolean) {
    this.#queues.down = isDown;
  }

  /** Makes the queues of a function, by the rules of its definition and others. */
  makeQueues(
    { name, queue }: Pick<QueuedFunction, "name" | "queue">,
    rules: QueueRules = {},
  ): FunctionQueues {
    const { visibilityTimeoutS, retentionS, deadLetterRetentionS, maxReceives } = queue;
    const deadLetters = this.#queues.create(`${name}-dead-letters`, {
      retentionS: deadLetterRetentionS,
    });
    const own = { visibilityTimeoutS, retentionS, maxReceives, deadLetters, ...rules };
    return { queue: this.#queues.create(name, own), deadLetters };
  }

  /** Makes another queue of a function. */
  makeQueue(name: string, functionName: string): MemoryQueue {
    return this.#queues.create(name, { deadLetters: this.queuesOf(functionName).deadLetters });
  }

  queuesOf(name: string): FunctionQueues {
    const queue = this.#queues.find(name);
    const deadLetters = this.#queues.find(`${name}-dead-letters`);
    if (queue === undefined || deadLetters === undefined)
      throw new Error(`There is no queue ${name}.`);
    return { queue, deadLetters };
  }

  urlOf(name: string): string {
    return this.#queues.urlOf(name);
  }

  /** The deployed names with which a function is configured. */
  namesFor(name: string) {
    return {
      stage: "test",
      integration: "rainhooks-test",
      queues: {
        deadLetterQueueUrl: this.urlOf(`${name}-dead-letters`),
        queueUrl: this.urlOf(name),
      },
      resourceName: (resource: string) => resource,
      queueUrlOf: (other: string) => this.urlOf(other),
    };
  }

  /** Moves the dead letters of a function back to its queue, as a redrive does. */
  redrive(name: string): void {
    const { queue, deadLetters } = this.queuesOf(name);
    for (;;) {
      const received = deadLetters.receive(10);
      if (received.length === 0) return;
      for (const { body, receiptHandle } of received) {
        queue.send(body);
        deadLetters.delete(receiptHandle);
      }
    }
  }

  /** Returns the reasons of the dead letters of a function. */
  reasons(name: string): string[] {
    return this.queuesOf(name)
      .deadLetters.peek()
      .map(
        ({ attributes }) =>
          `${attributes["error_code"]?.StringValue}: ${attributes["reason"]?.StringValue}`,
      );
  }

  /**
   * Lets functions handle their queues until a time.
   *
   * @param handled The queues, asked for again at each moment.
   * @param copies Copies of each function that handle messages side by side.
   */
  async handleUntil(
    untilMs: number,
    handled: () => readonly HandledQueue[],
    copies = 1,
  ): Promise<void> {
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const now = handled();
      for (const one of now)
        await Promise.all(Array.from({ length: copies }, () => handleQueue(one)));
      if (now.some(({ queue }) => queue.counts().visible > 0)) continue;
      const next = now.flatMap(({ queue }) => queue.nextVisibleMs() ?? []);
      const nextMs = Math.min(...next, Number.POSITIVE_INFINITY);
      this.nowMs = Math.max(this.nowMs, Math.min(nextMs, untilMs));
      if (nextMs > untilMs) return;
    }
    throw new Error("The play does not end.");
  }
}

/**
 * Invokes a handler with the messages of its queue, as an event source mapping does, until none is
 * visible.
 */
export async function handleQueue({
  queue,
  batchSize,
  handler,
  counted,
}: HandledQueue): Promise<void> {
  for (;;) {
    const received = queue.receive(batchSize);
    if (received.length === 0) return;
    const Records = received.map((one) =>
      toSqsRecord(
        {
          MessageId: one.id,
          ReceiptHandle: one.receiptHandle,
          Body: one.body,
          MessageAttributes: one.attributes as Record<string, MessageAttributeValue>,
          Attributes: {
            ApproximateReceiveCount: String(one.receives),
            ApproximateFirstReceiveTimestamp: String(one.firstReceivedAtMs),
            SentTimestamp: String(one.sentAtMs),
          },
        },
        "arn:aws:sqs:us-east-1:000000000000:queue",
        "us-east-1",
      ),
    );
    // Of an invocation that ends without a response, all messages come again.
    const run = () => handler({ Records }, { awsRequestId: "r" } as Context).catch(() => undefined);
    const headers = received.map(({ attributes }) => attributes["AWSTraceHeader"]?.StringValue);
    const response = counted === undefined ? await run() : await runCounted(counted, headers, run);
    if (response === undefined) continue;
    const failed = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id, receiptHandle } of received) if (!failed.has(id)) queue.delete(receiptHandle);
  }
}

/**
 * Runs an invocation as Lambda does: with the header that AWS SDKs send on, and not after too many.
 */
async function runCounted<T>(
  { name, allowsLoops }: NonNullable<HandledQueue["counted"]>,
  headers: readonly (string | undefined)[],
  run: () => Promise<T>,
): Promise<T | undefined> {
  const { invocations, header } = traceOf(name, headers);
  if (invocations > MAX_CHAIN && !allowsLoops) return undefined;
  process.env["AWS_LAMBDA_FUNCTION_NAME"] = name;
  process.env["_X_AMZN_TRACE_ID"] = header;
  return run().finally(() => {
    delete process.env["AWS_LAMBDA_FUNCTION_NAME"];
    delete process.env["_X_AMZN_TRACE_ID"];
  });
}
