import { RainhooksError } from "@rainhooks/core/errors";
import type { AwsClients } from "@rainhooks/stage/clients";
import type { FunctionDefinition, Webhook } from "@rainhooks/webhook/define-function";
import { type ProvisionedStage, provisionWebhook } from "../provision/provision.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import type { FunctionOptions } from "./function-options.ts";
import { type RunningFunction, startFunction } from "./start-function.ts";
import { ORDER } from "./triggers/start-trigger.ts";

/** The functions that run on a stage. */
export class RunningFunctions {
  readonly #options: FunctionOptions;
  readonly #clients: AwsClients;
  readonly #provisioned: ProvisionedStage;
  readonly #running = new Map<string, RunningFunction>();

  /**
   * @param provisioned The queues of a webhook whose definition changes are updated there.
   */
  constructor(options: FunctionOptions, clients: AwsClients, provisioned: ProvisionedStage) {
    this.#options = options;
    this.#clients = clients;
    this.#provisioned = provisioned;
  }

  get all(): readonly RunningFunction[] {
    return [...this.#running.values()];
  }

  /**
   * Returns a running function.
   *
   * @throws {RainhooksError} `stage-unavailable` when the stage has none of this name.
   */
  find(name: string): RunningFunction {
    const found = this.#running.get(name);
    if (found === undefined)
      throw new RainhooksError("stage-unavailable", `The stage has no function ${name}.`);
    return found;
  }

  /** Starts functions. */
  async start(functions: readonly FunctionDefinition[]): Promise<void> {
    for (const trigger of ORDER)
      for (const one of functions) if (one.trigger === trigger) await this.#start(this.#options, one);
  }

  async #start(options: FunctionOptions, definition: FunctionDefinition): Promise<void> {
    const places = { sqs: this.#clients.sqs, own: this.#provisioned.queues.get(definition.name) };
    this.#running.set(definition.name, await startFunction(options, definition, places));
  }

  /**
   * Runs a webhook with another bundle and, if it has changed, another definition. If the bundle does not
   * load, the webhook before keeps running.
   *
   * @returns True when the definition has changed.
   */
  async reload(webhook: Webhook, bundleDir: string): Promise<boolean> {
    const before = this.find(webhook.name);
    if (JSON.stringify(webhook) === JSON.stringify(before.definition)) {
      await before.reload(bundleDir);
      return false;
    }
    const { topics, queues } = this.#provisioned;
    queues.set(webhook.name, await provisionWebhook(this.#clients, this.#options.stage, webhook, topics));
    await this.#start({ ...this.#options, bundleDir: () => bundleDir }, webhook);
    await before.stop();
    return true;
  }

  /** Ids of the processes that run an invocation of a webhook. */
  busyPids(): number[] {
    return this.all.flatMap((one) => (one.definition.trigger === "topics" ? one.busyPids() : []));
  }

  stop(): Promise<void> {
    return stopInTurn(
      ORDER.toReversed().map((trigger) => async () => {
        const own = this.all.filter(({ definition }) => definition.trigger === trigger);
        await Promise.all(own.map((one) => one.stop()));
      }),
    );
  }
}
