import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { readLiveTables } from "@rainhooks/operate";
import {
  type AwsClients,
  localClients,
  removeStageFile,
  type StageFile,
  writeStageFile,
} from "@rainhooks/stage";
import {
  type Api,
  deployedName,
  integrationName,
  type ScheduledFunction,
  type SetSettings,
  streamsOf,
  type Webhook,
  type Worker,
} from "@rainhooks/webhook/define";
import type { InvocationMetrics } from "@rainhooks/webhook/metrics";
import type { Emulators } from "../emulators/embedded.ts";
import { type ProvisionedStage, provisionStage } from "../provision/provision.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import { noteSizes } from "./data-sizes.ts";
import { memoryMiB } from "./memory.ts";
import { outputsOf } from "./outputs.ts";
import { withPrivateReceivers } from "./private-receivers.ts";
import { refuseSameNames, refuseSecondStage, refuseWithoutStream } from "./refusals.ts";
import { RunningWebhooks } from "./running-webhooks.ts";
import { RunningWorkers } from "./running-workers.ts";
import { type RunningApi, startApi } from "./start-api.ts";
import {
  type DevelopmentOptions,
  defaultSettings,
  type FunctionOptions,
  type FunctionSettings,
} from "./start-pool.ts";
import { type RunningScheduled, runnableScheduled, startScheduled } from "./start-scheduled.ts";
import { type ServiceOptions, startServices } from "./start-services.ts";

/** Options of a stage. */
export interface StageOptions extends ServiceOptions {
  readonly name: string;
  readonly webhooks: readonly Webhook[];
  /** Webhooks whose messages SNS writes to their streams itself, without their functions. @defaultValue none */
  readonly byFirehose?: readonly Webhook[];
  readonly workers: readonly Worker[];
  readonly scheduled: readonly ScheduledFunction[];
  readonly api: Api;
  /** Port of the API; 0 selects a free port. */
  readonly queryPort: number;
  /** Source of that endpoint: a flag or an environment variable. */
  readonly endpointFrom?: string | undefined;
  /** Returns the folder with a function's bundle. */
  readonly bundleDir: (name: string) => string | Promise<string>;
  /** Path of the compiled runtime of the functions. */
  readonly runtimePath: string;
  /** Returns another endpoint for a function than the stage's own. */
  readonly functionEndpoint?: (name: string, endpoint: string) => Promise<string>;
  /** Returns the values of a function's settings. @defaultValue their defaults */
  readonly settingsOf?: (definition: FunctionSettings) => SetSettings;
  /** ARNs that functions may send to, by name. @defaultValue none */
  readonly targets?: Readonly<Record<string, string>>;
  /** Lets the functions connect to other machines. @defaultValue false */
  readonly allowOutside?: boolean;
  /** Stops the functions' processes between invocations, as Lambda does. @defaultValue false */
  readonly freezes?: boolean;
  /** Concurrent invocations of a webhook or worker at most. @defaultValue two for each processor */
  readonly maxConcurrency?: number;
  /** Concurrent invocations of a webhook for replays, besides those for live events. @defaultValue 1 */
  readonly replayConcurrency?: number;
  /** Called for each attempt of a function to reach another machine, with host and port. */
  readonly onHeldBack?: (name: string, destination: string) => void;
  /** For a stage on which webhooks are being developed. */
  readonly development?: DevelopmentOptions;
}

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
  refuseSameNames([...webhooks, ...byFirehose, ...workers, ...scheduled, api]);
  refuseWithoutStream(byFirehose, options.endpoint);
  await refuseSecondStage(dataDir);
  const emulators = await startServices(options);
  const clients = localClients(emulators.endpoint);
  let running: RunningWebhooks | undefined;
  let runningWorkers: RunningWorkers | undefined;
  const runningScheduled: RunningScheduled[] = [];
  let runningApi: RunningApi | undefined;
  const noteKept = async () => {
    if (options.endpoint !== undefined || options.services !== undefined) return;
    await noteSizes(dataDir).catch((error: unknown) => onProblem(messageOf(error)));
  };
  const stop = () =>
    stopInTurn([
      () => runningApi?.stop(),
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
      others: [...scheduled, api],
    });
    const functions = functionOptions(options, emulators.endpoint, provisioned);
    runningWorkers = new RunningWorkers(functions, clients, provisioned.workers);
    for (const worker of workers) await runningWorkers.start(worker);
    running = new RunningWebhooks(functions, clients, provisioned.topics, provisioned.queues);
    for (const webhook of webhooks) if (webhook.runtime === "node") await running.start(webhook);
    for (const one of scheduled) runningScheduled.push(await startScheduled(functions, one));
    runningApi = await startApi(functions, api, options.queryPort);
    const functionsOf = { running, runningWorkers, runningScheduled, runningApi };
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
  readonly stop: () => Promise<void>;
}

/** Saves the stage's address for commands, and returns the stage. */
async function announced(options: StageOptions, parts: StageParts): Promise<Stage> {
  const { name } = options;
  const { emulators, clients, provisioned, running, runningWorkers, runningScheduled, runningApi, stop } =
    parts;
  const functions = [runningApi, running, runningWorkers, ...runningScheduled];
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
  { emulators, provisioned, running, runningApi }: StageParts,
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

function functionOptions(
  options: StageOptions,
  endpoint: string,
  { workers, queues, topics }: ProvisionedStage,
): FunctionOptions {
  const { name: stage, functionEndpoint } = options;
  return {
    ...options,
    settingsOf: withPrivateReceivers(options.settingsOf ?? defaultSettings),
    stage,
    archived: [...options.webhooks, ...(options.byFirehose ?? [])]
      .filter((webhook) => streamsOf(webhook).length > 0)
      .flatMap(({ events }) => events),
    queueUrlOf: (name) => {
      const url = (workers.get(name) ?? queues.get(name))?.queue.url;
      if (url !== undefined) return url;
      throw new RainhooksError(
        "stage-failed",
        `A function uses the queue of ${name}, which the stage does not run. Add it to the webhooks or workers of the stage.`,
      );
    },
    topicArnOf: (event) => topics.get(event) ?? "",
    endpointOf: async (name) => (await functionEndpoint?.(name, endpoint)) ?? endpoint,
  };
}

function topicArnPrefix({ topics }: ProvisionedStage): string {
  const [arn = ""] = topics.values();
  return arn.slice(0, arn.lastIndexOf(":") + 1);
}

function asStageError(error: unknown, endpoint: string, from: string | undefined): RainhooksError {
  if (error instanceof RainhooksError) return error;
  const named = from === undefined ? "" : ` (from ${from})`;
  const reason = messageOf(error) || (error instanceof Error ? error.name : "no reason given");
  return new RainhooksError("stage-failed", `The services at ${endpoint}${named} failed: ${reason}`, {
    cause: error,
  });
}
