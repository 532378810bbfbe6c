import { RainhooksError } from "@rainhooks/core";
import type { Sink } from "@rainhooks/sinks";
import { assemble, type QueueHandlerOptions } from "./assemble.ts";
import { classifyMessages } from "./classify.ts";
import { type Environment, readWorkerConfig, type WorkerConfig } from "./config.ts";
import type { Worker } from "./define-worker.ts";
import type { WebhookHandler } from "./handler.ts";
import { VARIABLES } from "./variables.ts";

/** What a worker's handler needs. */
export interface WorkerHandlerOptions<Value> extends QueueHandlerOptions {
  /**
   * Parses the body of a message. A body that can never be right is a permanent `RainhooksError`, which sends the message to the
   * dead-letter queue; what else is thrown is tried again.
   *
   * @param queuedAtMs When the queue took the message, epoch milliseconds; 0 if that is not known.
   */
  readonly parse: (body: string, queuedAtMs: number) => Value;
}

/**
 * Creates the Lambda handler of a worker. Messages are parsed, and the sink writes them; failed ones are retried after a growing wait,
 * or after the time for which the sink's error asks, and those that no retry can help go to the worker's dead-letter queue with the
 * reason. It reads the configuration at once, so a function with a wrong environment fails at start.
 *
 * @param workers The worker, or several with the same code: the function is that of the one whose queue it reads.
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 *
 * @example
 * ```ts
 * import { RainhooksError, tryParseJson } from "@rainhooks/core";
 * import { perItem } from "@rainhooks/sinks";
 * import { workerHandler } from "@rainhooks/webhook";
 * import { defineWorker } from "@rainhooks/webhook/define";
 *
 * const calls = defineWorker({ name: "calls", description: "Calls one system after the other." });
 * const parse = (body: string) => {
 *   const value = tryParseJson(body);
 *   if (typeof value === "string") return value;
 *   throw new RainhooksError("body-not-json", "The message is not a JSON text.", { permanent: true });
 * };
 * export const handler = workerHandler(
 *   calls,
 *   ({ stage }) => {
 *     console.log(stage); // dev
 *     return perItem(async (url) => void (await fetch(url)));
 *   },
 *   { parse },
 * );
 * ```
 */
export function workerHandler<Of extends Worker, Value>(
  workers: Of | readonly Of[],
  makeSink: (config: WorkerConfig<Of>, worker: Of) => Sink<Value>,
  { parse, ...options }: WorkerHandlerOptions<Value>,
): WebhookHandler {
  const environment = options.environment ?? process.env;
  const worker = "name" in workers ? workers : readerOfQueue(workers, environment);
  const config = readWorkerConfig(worker, environment);
  return assemble(
    { name: worker.name, config, classify: classifyMessages(parse), sink: makeSink(config, worker) },
    options,
  );
}

/** Returns the worker that reads the function's queue. */
function readerOfQueue<Of extends Worker>(workers: readonly Of[], environment: Environment): Of {
  const { [VARIABLES.stage]: stage = "", [VARIABLES.queueUrl]: queueUrl = "" } = environment;
  const longestFirst = workers.toSorted((a, b) => b.name.length - a.name.length);
  const found = longestFirst.find(({ name }) => queueUrl.endsWith(`-${stage}-${name}`));
  if (found !== undefined) return found;
  const names = workers.map(({ name }) => name).join(", ");
  throw new RainhooksError(
    "config-invalid",
    `${VARIABLES.queueUrl} must be the URL of the queue of one of ${names} in stage ${JSON.stringify(stage)}, not ${JSON.stringify(queueUrl)}.`,
  );
}
