import { RainhooksError } from "@rainhooks/core";
import type { AwsClients } from "@rainhooks/stage";
import type { Webhook } from "@rainhooks/webhook/define";
import { provisionWebhook } from "../provision/provision.ts";
import type { WebhookQueues } from "../provision/queues.ts";
import type { TopicArns } from "../provision/topics.ts";
import type { FunctionOptions } from "./start-pool.ts";
import { type RunningWebhook, startWebhook } from "./start-queued.ts";

/** The webhooks that run on a stage. */
export class RunningWebhooks {
  readonly #options: FunctionOptions;
  readonly #clients: AwsClients;
  readonly #topics: TopicArns;
  readonly #queues: Map<string, WebhookQueues>;
  readonly #running = new Map<string, RunningWebhook>();

  /**
   * @param queues The queues of the webhooks; those of a webhook whose definition changes are updated.
   */
  constructor(
    options: FunctionOptions,
    clients: AwsClients,
    topics: TopicArns,
    queues: Map<string, WebhookQueues>,
  ) {
    this.#options = options;
    this.#clients = clients;
    this.#topics = topics;
    this.#queues = queues;
  }

  /** The definitions of the webhooks. */
  get definitions(): readonly Webhook[] {
    return [...this.#running.values()].map(({ webhook }) => webhook);
  }

  /**
   * Returns a running webhook.
   *
   * @throws {RainhooksError} `stage-unavailable` when the stage has none of this name.
   */
  find(name: string): RunningWebhook {
    const found = this.#running.get(name);
    if (found === undefined)
      throw new RainhooksError("stage-unavailable", `The stage has no webhook ${name}.`);
    return found;
  }

  /** Starts a webhook. */
  async start(webhook: Webhook): Promise<void> {
    const queues = this.#queues.get(webhook.name);
    if (queues === undefined) throw new RainhooksError("stage-failed", `${webhook.name} has no queue.`);
    this.#running.set(webhook.name, await startWebhook(this.#options, webhook, this.#clients.sqs, queues));
  }

  /**
   * Runs a webhook with another bundle and, if it has changed, another definition. If the bundle does not load, the webhook before
   * keeps running.
   *
   * @returns True when the definition has changed.
   */
  async reload(webhook: Webhook, bundleDir: string): Promise<boolean> {
    const before = this.find(webhook.name);
    if (JSON.stringify(webhook) === JSON.stringify(before.webhook)) {
      await before.reload(bundleDir);
      return false;
    }
    const queues = await provisionWebhook(this.#clients, this.#options.stage, webhook, this.#topics);
    this.#queues.set(webhook.name, queues);
    const options = { ...this.#options, bundleDir: () => bundleDir };
    this.#running.set(webhook.name, await startWebhook(options, webhook, this.#clients.sqs, queues));
    await before.stop();
    return true;
  }

  /** Process ids. */
  pids(): number[] {
    return [...this.#running.values()].flatMap((one) => one.pids());
  }

  /** Ids of the processes that run an invocation. */
  busyPids(): number[] {
    return [...this.#running.values()].flatMap((one) => one.busyPids());
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((one) => one.stop()));
  }
}
