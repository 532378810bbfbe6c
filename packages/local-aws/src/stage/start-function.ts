import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { filterRulesTable } from "@rainhooks/filter/table";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/stage";
import {
  type Api,
  deployedName,
  type FunctionDefinition,
  integrationName,
  type SetSettings,
  setSettings,
  type Webhook,
} from "@rainhooks/webhook/define";
import { functionEnvironment, resourceEnvironment, VARIABLES } from "@rainhooks/webhook/environment";
import { type MappingInDevelopment, startEventSourceMapping } from "../lambda/event-source-mapping.ts";
import { FunctionPool } from "../lambda/function-pool.ts";
import { functionUrl } from "../lambda/function-url.ts";
import type { FunctionError } from "../lambda/messages.ts";
import type { HandledBatch } from "../lambda/record-outcomes.ts";
import { listen } from "../listen.ts";
import type { WebhookQueues } from "../provision/queues.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import { FunctionLog } from "./function-log.ts";

/** Maximum concurrent requests to the API. */
const MAX_API_CONCURRENCY = 10;

/** Options of all functions of a stage. */
export interface FunctionOptions {
  /** Name of the stage. */
  readonly stage: string;
  readonly dataDir: string;
  /** Returns the folder with a function's bundle. */
  readonly bundleDir: (name: string) => string | Promise<string>;
  /** Path of the compiled runtime of the functions. */
  readonly runtimePath: string;
  /** Returns the endpoint of the AWS services for a function. */
  readonly endpointOf: (name: string) => Promise<string>;
  readonly onProblem: (text: string) => void;
  /** Returns the values of a webhook's settings. @defaultValue their defaults */
  readonly settingsOf?: (webhook: Webhook) => SetSettings;
  /** Lets the functions connect to other machines. @defaultValue false */
  readonly allowOutside?: boolean;
  /** Called for each attempt of a function to reach another machine, with host and port. */
  readonly onHeldBack?: (name: string, destination: string) => void;
  /** For a stage on which webhooks are being developed. */
  readonly development?: DevelopmentOptions;
}

/** Options of a stage on which webhooks are being developed. */
export interface DevelopmentOptions {
  /** Called for each batch that a webhook has handled. */
  readonly onBatch: (batch: HandledBatch) => void;
}

/** A running function. */
interface RunningFunction {
  readonly log: FunctionLog;
  /** Process ids. */
  pids(): number[];
  stop(): Promise<void>;
}

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

/** @throws {RainhooksError} `stage-failed` for wrong and missing settings. */
function settingVariables({ settingsOf = defaultSettings }: FunctionOptions, webhook: Webhook) {
  const { variables, mistakes } = settingsOf(webhook);
  if (mistakes.length > 0)
    throw new RainhooksError("stage-failed", `${webhook.name} cannot start: ${mistakes.join("; ")}.`);
  return variables;
}

/** The settings of a webhook to which a stage gives no values. */
export function defaultSettings({ settings }: Webhook): SetSettings {
  return setSettings(settings, { values: new Map(), secretPlace: () => undefined });
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

async function startPool(
  options: FunctionOptions,
  definition: FunctionDefinition,
  variables: Readonly<Record<string, string>>,
  concurrency: number,
) {
  const { stage, dataDir, onProblem, onHeldBack, allowOutside = false, development } = options;
  const { name } = definition;
  const problem = (text: string) => onProblem(`${name}: ${text}`);
  const log = new FunctionLog(
    join(dataDir, "logs", `${name}.log`),
    (error) => problem(messageOf(error)),
    (destination) => onHeldBack?.(name, destination),
  );
  const spec = {
    name: deployedName(stage, name),
    bundleDir: await options.bundleDir(name),
    runtimePath: options.runtimePath,
    memoryMiB: definition.function.memoryMiB,
    timeoutS: definition.function.timeoutS,
    environment: {
      ...variables,
      ...awsEnvironment(await options.endpointOf(name)),
    },
    onLine: (line: string) => log.write(line),
    allowOutside,
    sourceMaps: development !== undefined,
  };
  const functions = new FunctionPool(spec, concurrency);
  const started = await functions.start();
  if (started.kind === "result") return { functions, log, problem };
  await functions.stop();
  await log.close();
  throw loadError(name, started.error);
}

function loadError(name: string, { errorMessage, place }: FunctionError): RainhooksError {
  const where = place === undefined ? "" : ` (${place})`;
  return new RainhooksError("stage-failed", `${name} failed to start: ${errorMessage}${where}`);
}

function namesOf({ stage }: FunctionOptions) {
  const resourceName = (resource: string) => deployedName(stage, resource);
  return { stage, integration: integrationName(stage), resourceName };
}

function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_REGION: LOCAL_REGION,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  };
}
