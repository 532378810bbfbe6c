import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { messageOf, RainhooksError } from "@rainhooks/core";
import {
  type AwsClients,
  localClients,
  readLiveTables,
  removeStageFile,
  type StageFile,
  writeStageFile,
} from "@rainhooks/stage";
import { deployedName, integrationName, type Webhook, type Worker } from "@rainhooks/webhook/define";
import type { InvocationMetrics } from "@rainhooks/webhook/metrics";
import type { Emulators } from "../emulators/embedded.ts";
import { type ProvisionedStage, provisionStage } from "../provision/provision.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import { noteSizes } from "./data-sizes.ts";
import { archiveBucketOf, functionOptions, topicArnPrefix } from "./function-options.ts";
import { memoryMiB } from "./memory.ts";
import type { StageOptions } from "./options.ts";
import { outputsOf } from "./outputs.ts";
import { withPrivateReceivers } from "./private-receivers.ts";
import { refuseSameNames, refuseSecondStage, refuseWithoutStream } from "./refusals.ts";
import { RunningWebhooks } from "./running-webhooks.ts";
import { RunningWorkers } from "./running-workers.ts";
import { type RunningApi, startApi } from "./start-api.ts";
import { type RunningInvoked, startInvoked } from "./start-invoked.ts";
import { defaultSettings } from "./start-pool.ts";
import { type RunningScheduled, runnableScheduled, startScheduled } from "./start-scheduled.ts";
import { startServices } from "./start-services.ts";

/** A running stage. */
export interface Stage {
  readonly name: string;
  readonly integration: string;
  readonly endpoint: string;
  /** URL of the API. */
  readonly apiUrl: string;
  readonly webhooks: readonly Webhook[];
  /** Webhooks whose messages SNS writes to their streams itself. */
  readonly byFirehose: readonly Webhook[];
  readonly workers: readonly Worker[];
  readonly clients: AwsClients;
  /** Reads the live tables of stores that can be rebuilt; `clients.dynamodb` has those of slot `a` by their names. */
  readonly liveTables: DynamoDBClient;
  readonly provisioned: ProvisionedStage;
  /** Sums of the metrics of a webhook or a worker. */
  totals(name: string): Readonly<Required<InvocationMetrics>>;
  loggedDeliveries(webhook: string): ReadonlySet<string>;
  /** Saves the address of a RainMaker in front of this stage, for commands. */
  announce(rainmaker: NonNullable<StageFile["rainmaker"]>): Promise<void>;
  /** Writes the records that Firehose has buffered; another emulator does that itself. */
  flush(): Promise<void>;
  /**
   * Runs a webhook with another bundle and, if it has changed, another definition.
   *
   * @throws {RainhooksError} `stage-failed` when the bundle does not load; the webhook before keeps running.
   */
  reload(webhook: Webhook, bundleDir: string): Promise<void>;
  /** Runs each scheduled function once more, now. */
  runScheduled(): Promise<void>;
  /** Ids of the processes of webhooks that run an invocation. */
  busyPids(): readonly number[];
  /** Memory of this process and the functions' processes together, MiB. */
  memoryMiB(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts a stage on this machine: AWS services, topics, queues, tables, and for each webhook processes that run its bundle, with an
 * event source mapping.
 *
 * @throws {RainhooksError} `stage-failed` when a port, the data folder or a function cannot be used.
 */
export async function startStage(given: StageOptions): Promise<Stage> {
  const options = { ...given, scheduled: runnableScheduled(given) };
  const { name, webhooks, byFirehose = [], workers, scheduled, api, dataDir, onProblem } = options;
  const invoked = options.storeWork === undefined ? [] : [options.storeWork];
  refuseSameNames([...webhooks, ...byFirehose, ...workers, ...scheduled, ...invoked, api]);
  refuseWithoutStream(byFirehose, options.endpoint);
  await refuseSecondStage(dataDir);
  const emulators = await startServices(options);
  const clients = localClients(emulators.endpoint);
  let running: RunningWebhooks | undefined;
  let runningWorkers: RunningWorkers | undefined;
  const runningScheduled: RunningScheduled[] = [];
  let runningApi: RunningApi | undefined;
  let runningStoreWork: RunningInvoked | undefined;
  const noteKept = async () => {
    if (options.endpoint !== undefined || options.services !== undefined) return;
    await noteSizes(dataDir).catch((error: unknown) => onProblem(messageOf(error)));
  };
  const stop = () =>
    stopInTurn([
      () => runningApi?.stop(),
      () => runningStoreWork?.stop(),
      ...runningScheduled.map((one) => one.stop),
      () => running?.stop(),
      () => runningWorkers?.stop(),
      emulators.stop,
      noteKept,
      () => removeStageFile(dataDir),
    ]);
  try {
    const provisioned = await provisionStage(clients, name, {
      webhooks,
      byFirehose,
      workers,
      others: [...scheduled, ...invoked, api],
    });
    const functions = functionOptions(options, emulators.endpoint, provisioned);
    runningWorkers = new RunningWorkers(functions, clients, provisioned.workers);
    for (const worker of workers) await runningWorkers.start(worker);
    running = new RunningWebhooks(functions, clients, provisioned.topics, provisioned.queues);
    for (const webhook of webhooks) if (webhook.runtime === "node") await running.start(webhook);
    for (const one of scheduled) runningScheduled.push(await startScheduled(functions, one));
    runningApi = await startApi(functions, api, options.queryPort);
    if (options.storeWork !== undefined)
      runningStoreWork = await startInvoked(functions, options.storeWork, archiveBucketOf(options));
    const functionsOf = { running, runningWorkers, runningScheduled, runningApi, runningStoreWork };
    return await announced(options, { emulators, clients, provisioned, ...functionsOf, stop });
  } catch (error) {
    await stop().catch((failure: unknown) => onProblem(messageOf(failure)));
    throw asStageError(error, emulators.endpoint, options.endpointFrom);
  }
}

interface StageParts {
  readonly emulators: Emulators;
  readonly clients: AwsClients;
  readonly provisioned: ProvisionedStage;
  readonly running: RunningWebhooks;
  readonly runningWorkers: RunningWorkers;
  readonly runningScheduled: readonly RunningScheduled[];
  readonly runningApi: RunningApi;
  readonly runningStoreWork: RunningInvoked | undefined;
  readonly stop: () => Promise<void>;
}

/** Saves the stage's address for commands, and returns the stage. */
async function announced(options: StageOptions, parts: StageParts): Promise<Stage> {
  const { name } = options;
  const { emulators, clients, provisioned, running, runningWorkers, runningScheduled } = parts;
  const { runningApi, runningStoreWork, stop } = parts;
  const invoked = runningStoreWork === undefined ? [] : [runningStoreWork];
  const functions = [runningApi, running, runningWorkers, ...runningScheduled, ...invoked];
  let rainmaker: StageFile["rainmaker"];
  const announce = () => writeStageFile(options.dataDir, stageFile(options, parts, rainmaker));
  await announce();
  return {
    name,
    integration: integrationName(name),
    endpoint: emulators.endpoint,
    apiUrl: runningApi.url,
    get webhooks() {
      return running.definitions;
    },
    byFirehose: options.byFirehose ?? [],
    workers: options.workers,
    clients,
    liveTables: readLiveTables(localClients(emulators.endpoint).dynamodb, clients.dynamodb, (table) =>
      deployedName(name, table),
    ),
    provisioned,
    totals: (name) => (runningWorkers.find(name) ?? running.find(name)).log.totals,
    loggedDeliveries: (webhook) => running.find(webhook).log.deliveries,
    announce: (address) => {
      rainmaker = address;
      return announce();
    },
    flush: () => emulators.flush(),
    reload: async (webhook, bundleDir) => {
      if (await running.reload(webhook, bundleDir)) await announce();
    },
    runScheduled: async () => void (await Promise.all(runningScheduled.map((one) => one.run()))),
    busyPids: () => running.busyPids(),
    memoryMiB: () => memoryMiB([process.pid, ...functions.flatMap((one) => one.pids())]),
    stop,
  };
}

function stageFile(
  {
    name: stage,
    dataDir,
    byFirehose = [],
    workers,
    scheduled,
    api,
    settingsOf = defaultSettings,
  }: StageOptions,
  { emulators, provisioned, running, runningApi, runningStoreWork }: StageParts,
  rainmaker: StageFile["rainmaker"],
): StageFile {
  const webhooks = running.definitions;
  const outputs = outputsOf({
    stage,
    dataDir,
    webhooks,
    byFirehose,
    workers,
    scheduled,
    api,
    provisioned,
    apiUrl: runningApi.url,
    storeWork: runningStoreWork,
    settingsOf: withPrivateReceivers(settingsOf),
  });
  const archiveDir = outputs.archive && emulators.bucketDir?.(outputs.archive.bucket);
  return {
    pid: process.pid,
    endpoint: emulators.endpoint,
    topicArnPrefix: topicArnPrefix(provisioned),
    outputs,
    ...(archiveDir === undefined ? {} : { archiveDir }),
    ...(rainmaker === undefined ? {} : { rainmaker }),
  };
}

function asStageError(error: unknown, endpoint: string, from: string | undefined): RainhooksError {
  if (error instanceof RainhooksError) return error;
  const named = from === undefined ? "" : ` (from ${from})`;
  const reason = messageOf(error) || (error instanceof Error ? error.name : "no reason given");
  return new RainhooksError("stage-failed", `The services at ${endpoint}${named} failed: ${reason}`, {
    cause: error,
  });
}
