import { setTimeout as pause } from "node:timers/promises";
import { toSqsRecord } from "@rainhooks/local-aws";
import type { MemoryQueue, QueuedMessageView } from "@rainhooks/testing";
import type { WebhookHandler } from "@rainhooks/webhook";
import type { QueuedFunction } from "@rainhooks/webhook/define";
import type { Context } from "aws-lambda";

/** What an event source mapping has done. */
export interface SourceFigures {
  invocations: number;
  /** Receive and delete calls. */
  requests: number;
  /** Time of all invocations together. */
  invocationMs: number;
  /** Maximum invocations at once. */
  maxAtOnce: number;
  /** Maximum messages in flight. */
  maxInFlight: number;
}

/** Maximum messages of a receive or delete call. */
const PER_CALL = 10;
const TICK_MS = 5;

/**
 * Invokes a function with the messages of a queue, in real time and as the event source mapping of its definition does: a batch is full, or has
 * waited for its window; so many invocations at once; each execution environment handles one at a time, and knows nothing of the others.
 */
export class EventSource {
  readonly figures: SourceFigures = {
    invocations: 0,
    requests: 0,
    invocationMs: 0,
    maxAtOnce: 0,
    maxInFlight: 0,
  };
  readonly #definition: QueuedFunction;
  readonly #queue: MemoryQueue;
  readonly #makeHandler: () => WebhookHandler;
  readonly #idle: WebhookHandler[] = [];
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(definition: QueuedFunction, queue: MemoryQueue, makeHandler: () => WebhookHandler) {
    this.#definition = definition;
    this.#queue = queue;
    this.#makeHandler = makeHandler;
  }

  /** Runs until it is stopped. */
  async run(): Promise<void> {
    const { size, windowS, maxConcurrency } = this.#definition.batch;
    let waitingSinceMs: number | undefined;
    while (!this.#stopped) {
      const { visible } = this.#queue.counts();
      if (visible > 0) waitingSinceMs ??= Date.now();
      const isDue = visible >= size || Date.now() - (waitingSinceMs ?? Date.now()) >= windowS * 1000;
      if (visible > 0 && isDue && this.#running.size < maxConcurrency) {
        this.#start();
        waitingSinceMs = undefined;
        // Other functions get their turn.
        await pause(0);
      } else await pause(TICK_MS);
    }
  }

  /** Starts no more invocations, and waits for those that run. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  #start(): void {
    const messages = this.#receive();
    const running = this.#invoke(messages).finally(() => this.#running.delete(running));
    this.#running.add(running);
    this.figures.maxAtOnce = Math.max(this.figures.maxAtOnce, this.#running.size);
    this.figures.maxInFlight = Math.max(this.figures.maxInFlight, this.#queue.counts().inFlight);
  }

  #receive(): QueuedMessageView[] {
    const { size } = this.#definition.batch;
    const messages: QueuedMessageView[] = [];
    while (messages.length < size) {
      const received = this.#queue.receive(Math.min(PER_CALL, size - messages.length));
      this.figures.requests += 1;
      messages.push(...received);
      if (received.length === 0) break;
    }
    return messages;
  }

  async #invoke(messages: readonly QueuedMessageView[]): Promise<void> {
    const startedMs = performance.now();
    const handler = this.#idle.pop() ?? this.#makeHandler();
    const endsMs = Date.now() + this.#definition.function.timeoutS * 1000;
    const context = { awsRequestId: "bench", getRemainingTimeInMillis: () => endsMs - Date.now() };
    const Records = messages.map(recordOf);
    const { batchItemFailures } = await handler({ Records }, context as Context);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = messages.filter(({ id }) => !failed.has(id));
    for (const { receiptHandle } of done) this.#queue.delete(receiptHandle);
    this.#idle.push(handler);
    this.figures.invocations += 1;
    this.figures.requests += Math.ceil(done.length / PER_CALL);
    this.figures.invocationMs += performance.now() - startedMs;
  }
}

function recordOf({ id, receiptHandle, body, receives, sentAtMs }: QueuedMessageView) {
  return toSqsRecord(
    {
      MessageId: id,
      ReceiptHandle: receiptHandle,
      Body: body,
      Attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(sentAtMs) },
    },
    "arn:aws:sqs:us-east-1:000000000000:queue",
    "us-east-1",
  );
}
