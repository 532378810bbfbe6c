import { setTimeout as pause } from "node:timers/promises";
import { chunk, SECOND_MS } from "@rainhooks/core";
import { publish, type Stage } from "@rainhooks/local-aws";
import { type BatterySize, messagesOf } from "./messages.ts";
import { waitForStage } from "./stage-waits.ts";

/** Calls of SNS that begin together, of ten messages each. */
const MESSAGES_AT_ONCE = 20;

/** What a load publishes. */
export interface LoadOptions extends BatterySize {
  /** The first of the parts with its messages. */
  readonly firstPart: number;
  /** Messages a second. */
  readonly perSecond: number;
}

/** Events that go on all the time, at an even rate. */
export class Load {
  readonly #stage: Stage;
  readonly #options: LoadOptions;
  readonly #ending = new AbortController();
  readonly #done: Promise<void>;
  readonly #startedMs = performance.now();
  #published = 0;
  #seconds = 0;
  #parts = 0;

  constructor(stage: Stage, options: LoadOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#done = this.#publishParts();
    this.#done.catch(() => undefined);
  }

  /** Messages that were published. */
  get published(): number {
    return this.#published;
  }

  /** Parts of which messages were published. */
  get parts(): number {
    return this.#parts;
  }

  /** Seconds in which they were published. */
  get seconds(): number {
    return this.#seconds;
  }

  /**
   * Ends it.
   *
   * @throws What publishing has thrown.
   */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#done;
    this.#seconds = (performance.now() - this.#startedMs) / SECOND_MS;
  }

  async #publishParts(): Promise<void> {
    const { firstPart } = this.#options;
    for (; !this.#ending.signal.aborted; this.#parts += 1) await this.#publishPart(firstPart + this.#parts);
  }

  async #publishPart(part: number): Promise<void> {
    const { perSecond } = this.#options;
    const { clients, provisioned } = this.#stage;
    // A part behind those of the battery.
    const messages = messagesOf({ ...this.#options, events: Number.POSITIVE_INFINITY }, part);
    const everyMs = (MESSAGES_AT_ONCE / perSecond) * SECOND_MS;
    let dueMs = performance.now();
    for (const some of chunk(messages, MESSAGES_AT_ONCE)) {
      if (this.#ending.signal.aborted) return;
      await waitForStage(this.#stage, this.#ending.signal);
      await publish(clients.sns, provisioned.topics, some, () => undefined);
      this.#published += some.length;
      // What was late is not made up for.
      dueMs = Math.max(dueMs + everyMs, performance.now() - SECOND_MS);
      await pause(Math.max(0, dueMs - performance.now()));
    }
  }
}
