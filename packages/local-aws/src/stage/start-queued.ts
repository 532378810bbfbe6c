import type { SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_REGION, messageOf } from "@rainhooks/core";
import { filterRulesTable } from "@rainhooks/filter/table";
import type { QueuedFunction, Webhook, Worker } from "@rainhooks/webhook/define";
import { functionEnvironment, VARIABLES, workerEnvironment } from "@rainhooks/webhook/environment";
import { type MappingInDevelopment, startEventSourceMapping } from "../lambda/event-source-mapping.ts";
import type { WebhookQueues } from "../provision/queues.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import {
  type DevelopmentOptions,
  type FunctionOptions,
  loadError,
  localConcurrency,
  namesOf,
  type RunningFunction,
  settingVariables,
  startPool,
} from "./start-pool.ts";

/** A running function that reads its own queue, with its event source mapping. */
interface RunningQueued extends RunningFunction {
  /** Ids of the processes that run an invocation. */
  busyPids(): number[];
  /**
   * Handles all further batches with another bundle.
   *
   * @throws {RainhooksError} `stage-failed` when it does not load; the bundle before stays.
   */
  reload(bundleDir: string): Promise<void>;
}

/** A running webhook. */
export interface RunningWebhook extends RunningQueued {
  readonly webhook: Webhook;
}

/** A running worker. */
export interface RunningWorker extends RunningQueued {
  readonly worker: Worker;
}

/** Starts a webhook's function and its event source mapping. */
export async function startWebhook(
  options: FunctionOptions,
  webhook: Webhook,
  sqs: SQSClient,
  own: WebhookQueues,
): Promise<RunningWebhook> {
  const { development } = options;
  const environment = {
    ...functionEnvironment(webhook, { ...namesOf(options), ...urlsOf(own) }, filterRulesTable.name),
    ...(development === undefined ? {} : { [VARIABLES.logLevel]: "debug" }),
  };
  const running = await startQueued(options, webhook, {
    ...{ sqs, own, environment },
    ...inDevelopment(webhook, development),
  });
  return { ...running, webhook };
}

/** Starts a worker's function and its event source mapping. */
export async function startWorker(
  options: FunctionOptions,
  worker: Worker,
  sqs: SQSClient,
  own: WebhookQueues,
): Promise<RunningWorker> {
  const environment = workerEnvironment(worker, { ...namesOf(options), ...urlsOf(own) });
  return { ...(await startQueued(options, worker, { sqs, own, environment })), worker };
}

function urlsOf({ queue, deadLetters, replay }: WebhookQueues) {
  return { queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url, replayQueueUrl: replay?.url };
}

/** Where a function reads, and what it is told. */
interface QueuedParts {
  readonly sqs: SQSClient;
  readonly own: WebhookQueues;
  /** Environment variables besides those of the settings. */
  readonly environment: Readonly<Record<string, string>>;
  readonly development?: MappingInDevelopment;
}

async function startQueued(
  options: FunctionOptions,
  definition: QueuedFunction,
  { sqs, own, environment, development }: QueuedParts,
): Promise<RunningQueued> {
  const variables = { ...environment, ...settingVariables(options, definition) };
  const concurrency = localConcurrency(definition.batch.maxConcurrency, options.maxConcurrency);
  const forReplays = own.replay === undefined ? 0 : (options.replayConcurrency ?? 1);
  const { functions, log, problem } = await startPool(
    options,
    definition,
    variables,
    concurrency + forReplays,
  );
  const map = (queue: WebhookQueues["queue"], maxConcurrency: number) =>
    startEventSourceMapping({
      sqs,
      queue,
      batch: { ...definition.batch, maxConcurrency },
      region: LOCAL_REGION,
      invoke: (event, onLine) => functions.invoke(event, onLine),
      nowMs: Date.now,
      onFailure: problem,
      onError: (error) => problem(messageOf(error)),
      ...(development === undefined ? {} : { development }),
    });
  const mappings = [
    map(own.queue, concurrency),
    ...(own.replay === undefined ? [] : [map(own.replay, forReplays)]),
  ];
  return {
    log,
    pids: () => functions.pids(),
    busyPids: () => functions.busyPids(),
    reload: async (bundleDir) => {
      const outcome = await functions.reload(bundleDir);
      if (outcome.kind === "error") throw loadError(definition.name, outcome.error);
    },
    stop: () =>
      stopInTurn([
        async () => void (await Promise.all(mappings.map((one) => one.stop()))),
        () => functions.stop(),
        () => log.close(),
      ]),
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
