import { RainhooksError } from "@rainhooks/core";
import type { AwsClients } from "@rainhooks/stage";
import type { Worker } from "@rainhooks/webhook/define";
import type { ProvisionedStage } from "../provision/provision.ts";
import type { FunctionOptions } from "./start-pool.ts";
import { type RunningWorker, startWorker } from "./start-queued.ts";

/** The workers that run on a stage. */
export class RunningWorkers {
  readonly #options: FunctionOptions;
  readonly #clients: AwsClients;
  readonly #queues: ProvisionedStage["workers"];
  readonly #running = new Map<string, RunningWorker>();

  constructor(options: FunctionOptions, clients: AwsClients, queues: ProvisionedStage["workers"]) {
    this.#options = options;
    this.#clients = clients;
    this.#queues = queues;
  }

  /** Returns a running worker; `undefined` when the stage has none of this name. */
  find(name: string): RunningWorker | undefined {
    return this.#running.get(name);
  }

  /** Starts a worker. */
  async start(worker: Worker): Promise<void> {
    const queues = this.#queues.get(worker.name);
    if (queues === undefined) throw new RainhooksError("stage-failed", `${worker.name} has no queue.`);
    this.#running.set(worker.name, await startWorker(this.#options, worker, this.#clients.sqs, queues));
  }

  /** Process ids. */
  pids(): number[] {
    return [...this.#running.values()].flatMap((one) => one.pids());
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((one) => one.stop()));
  }
}
