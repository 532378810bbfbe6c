import { SQSClient } from "@aws-sdk/client-sqs";
import { attempts, retries } from "@rainhooks/extensions/forwarding/functions/attempts/workers";
import { forward } from "@rainhooks/extensions/forwarding/functions/forward/webhook";
import type { MemoryQueue } from "@rainhooks/testing/memory-queue";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import type { QueuedFunction } from "@rainhooks/webhook/define-function";
import { replayQueueName } from "@rainhooks/webhook/names";

/** The queues of a function. */
export interface FunctionQueues {
  readonly queue: MemoryQueue;
  readonly deadLetters: MemoryQueue;
}

/** Options of {@link WorldQueues}. */
export interface WorldQueuesOptions {
  readonly nowMs: () => number;
  /** Maximum size of a message in a queue, by its name. */
  readonly maxMessageBytes: Readonly<Record<string, number>>;
}

const REPLAYS = replayQueueName(forward.name);

/**
 * The queues of the functions of forwarding, in memory with SQS's rules, and the client that reaches them.
 */
export class WorldQueues {
  readonly sqs: SQSClient;
  /** The queue of the replays of the webhook. */
  readonly replayQueue: MemoryQueue;
  readonly #queues: MemoryQueues;

  constructor({ nowMs, maxMessageBytes }: WorldQueuesOptions) {
    this.#queues = new MemoryQueues(nowMs);
    this.sqs = new SQSClient(this.#queues.clientOptions);
    for (const definition of [forward, attempts, retries])
      this.#make(definition, maxMessageBytes[definition.name]);
    this.replayQueue = this.#queues.create(REPLAYS, { deadLetters: this.of("forward").deadLetters });
  }

  /** Returns the queues of a function. */
  of(name: string): FunctionQueues {
    const queue = this.#queues.find(name);
    const deadLetters = this.#queues.find(`${name}-dead-letters`);
    if (queue === undefined || deadLetters === undefined) throw new Error(`There is no queue ${name}.`);
    return { queue, deadLetters };
  }

  urlOf(name: string): string {
    return this.#queues.urlOf(name);
  }

  /** The queue to which replays for the webhook send, and the client and URLs to send with. */
  get replays() {
    const deadLetterQueueUrl = this.urlOf("forward-dead-letters");
    return { sqs: this.sqs, queueUrl: this.urlOf(REPLAYS), deadLetterQueueUrl };
  }

  /** Moves the dead letters of a function back to its queue, as a redrive does. */
  redrive(name: string): void {
    const { queue, deadLetters } = this.of(name);
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
    return this.of(name)
      .deadLetters.peek()
      .map(
        ({ attributes }) => `${attributes["error_code"]?.StringValue}: ${attributes["reason"]?.StringValue}`,
      );
  }

  /**
   * Returns the ids of the requests whose messages are dead letters of a worker: a message that SQS delivers
   * twice can be there twice.
   */
  deadIds(name: string): ReadonlySet<unknown> {
    const bodies = this.of(name).deadLetters.peek();
    return new Set(bodies.map(({ body }) => (JSON.parse(body) as { webhookId: unknown }).webhookId));
  }

  /** Returns the deployed names with which a function is configured. */
  namesFor(name: string) {
    return {
      stage: "test",
      integration: "rainhooks-test",
      queues: { deadLetterQueueUrl: this.urlOf(`${name}-dead-letters`), queueUrl: this.urlOf(name) },
      resourceName: (resource: string) => resource,
      queueUrlOf: (worker: string) => this.urlOf(worker),
    };
  }

  #make({ name, queue }: QueuedFunction, maxMessageBytes: number | undefined): void {
    const { visibilityTimeoutS, retentionS, deadLetterRetentionS, maxReceives } = queue;
    const deadLetters = this.#queues.create(`${name}-dead-letters`, { retentionS: deadLetterRetentionS });
    this.#queues.create(name, {
      ...{ visibilityTimeoutS, retentionS, maxReceives, deadLetters },
      ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
    });
  }
}
