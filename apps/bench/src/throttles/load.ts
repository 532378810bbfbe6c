import { setTimeout as pause } from "node:timers/promises";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { FleetMessage } from "@rainhooks/fleet";
import { type PublishedMessage, publish, type Stage } from "@rainhooks/local-aws";
import type { Traffic } from "./traffic.ts";

/** In the warm-up, this many records wait at most, so that the stage is busy but does not fall behind. */
const MAX_WAITING = 1500;
const CHUNK = 200;
const TICK_MS = 250;

/** Publishes the messages of a fleet to a stage, and remembers them. */
export class Load {
  readonly published: PublishedMessage<FleetMessage>[] = [];
  readonly #stage: Stage;
  readonly #traffic: Traffic;

  constructor(stage: Stage, traffic: Traffic) {
    this.#stage = stage;
    this.#traffic = traffic;
  }

  /** Publishes as much as the stage can handle; returns messages per second. */
  async asMuchAsHandled(seconds: number): Promise<number> {
    const startedMs = performance.now();
    const before = this.published.length;
    while (performance.now() - startedMs < seconds * 1000) {
      if ((await waitingRecords(this.#stage)) > MAX_WAITING) await pause(TICK_MS);
      else await this.#publish(CHUNK);
    }
    return ((this.published.length - before) * 1000) / (performance.now() - startedMs);
  }

  /** Publishes a number of messages per second, whether they are handled or not. */
  async atRate(perS: number, seconds: number): Promise<void> {
    const startedMs = performance.now();
    const before = this.published.length;
    for (let elapsedMs = 0; elapsedMs < seconds * 1000; elapsedMs = performance.now() - startedMs) {
      const due = Math.floor((elapsedMs / 1000) * perS) - (this.published.length - before);
      if (due > 0) await this.#publish(due);
      await pause(TICK_MS);
    }
  }

  async #publish(count: number): Promise<void> {
    const { clients, provisioned } = this.#stage;
    const messages = this.#traffic.take(count);
    this.published.push(...(await publish(clients.sns, provisioned.topics, messages, () => undefined)));
  }
}

/** Returns the number of records in the queues, in flight and waiting to be retried. */
export async function waitingRecords({ clients, provisioned }: Stage): Promise<number> {
  const depths = [...provisioned.queues.values()].map(async ({ queue }) => {
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ["All"] }),
    );
    const { ApproximateNumberOfMessages: visible = 0, ApproximateNumberOfMessagesNotVisible: hidden = 0 } =
      Attributes ?? {};
    return Number(visible) + Number(hidden);
  });
  return (await Promise.all(depths)).reduce((sum, depth) => sum + depth, 0);
}
