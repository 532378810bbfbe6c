import { availableParallelism } from "node:os";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { messageOf } from "@rainhooks/core";
import { filterRulesTable } from "@rainhooks/filter/table";
import { LOCAL_REGION } from "@rainhooks/stage";
import type { Api, Webhook } from "@rainhooks/webhook/define";
import { functionEnvironment, resourceEnvironment, VARIABLES } from "@rainhooks/webhook/environment";
import { type MappingInDevelopment, startEventSourceMapping } from "../lambda/event-source-mapping.ts";
import { functionUrl } from "../lambda/function-url.ts";
import { listen } from "../listen.ts";
import type { WebhookQueues } from "../provision/queues.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import {
  type DevelopmentOptions,
  type FunctionOptions,
  loadError,
  namesOf,
  type RunningFunction,
  settingVariables,
  startPool,
} from "./start-pool.ts";

/** Maximum concurrent requests to the API. */
const MAX_API_CONCURRENCY = 10;

/** A running webhook, with its event source mapping. */
export interface RunningWebhook extends RunningFunction {
  readonly webhook: Webhook;
  /**
   * Handles all further batches with another bundle.
   *
   * @throws {RainhooksError} `stage-failed` when it does not load; the bundle before stays.
   */
  reload(bundleDir: string): Promise<void>;
}

/** The running API and its URL. */
export interface RunningApi extends RunningFunction {
  readonly url: string;
}

/** Starts a webhook's function and its event source mapping. */
export async function startWebhook(
  options: FunctionOptions,
  webhook: Webhook,
  sqs: SQSClient,
  own: WebhookQueues,
): Promise<RunningWebhook> {
  const names = { ...namesOf(options), deadLetterQueueUrl: own.deadLetters.url, queueUrl: own.queue.url };
  const { development } = options;
  const environment = {
    ...functionEnvironment(webhook, names, filterRulesTable.name),
    ...settingVariables(options, webhook),
    ...(development === undefined ? {} : { [VARIABLES.logLevel]: "debug" }),
  };
  const concurrency = localConcurrency(webhook.batch.maxConcurrency);
  const { functions, log, problem } = await startPool(options, webhook, environment, concurrency);
  const mapping = startEventSourceMapping({
    sqs,
    queue: own.queue,
    batch: { ...webhook.batch, maxConcurrency: concurrency },
    region: LOCAL_REGION,
    invoke: (event, onLine) => functions.invoke(event, onLine),
    nowMs: Date.now,
    onFailure: problem,
    onError: (error) => problem(messageOf(error)),
    ...inDevelopment(webhook, development),
  });
  return {
    webhook,
    log,
    pids: () => functions.pids(),
    reload: async (bundleDir) => {
      const outcome = await functions.reload(bundleDir);
      if (outcome.kind === "error") throw loadError(webhook.name, outcome.error);
    },
    stop: () => stopInTurn([() => mapping.stop(), () => functions.stop(), () => log.close()]),
  };
}

function inDevelopment(
  webhook: Webhook,
  options: DevelopmentOptions | undefined,
): { development?: MappingInDevelopment } {
  if (options === undefined) return {};
  const { onBatch } = options;
  return { development: { webhook, onBatch, failedBatchWaitS: webhook.queue.retryFirstWaitS } };
}

/** Starts the API's function with a URL on `port`; 0 selects a free port. */
export async function startApi(options: FunctionOptions, api: Api, port: number): Promise<RunningApi> {
  const environment = resourceEnvironment(api, namesOf(options));
  const concurrency = localConcurrency(MAX_API_CONCURRENCY);
  const { functions, log, problem } = await startPool(options, api, environment, concurrency);
  const server = functionUrl({
    invoke: (event) => functions.invoke(event),
    nowMs: Date.now,
    onFailure: problem,
  });
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await functions.stop();
    await log.close();
  };
  try {
    const url = `http://${await listen(server, port, "--query-port")}`;
    return { url, log, pids: () => functions.pids(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Returns the concurrency for one machine: as in AWS, but limited by the number of cores. */
function localConcurrency(max: number): number {
  return Math.min(max, 2 * availableParallelism());
}
