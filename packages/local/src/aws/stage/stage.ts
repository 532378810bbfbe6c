import { readFile } from "node:fs/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { type AwsClients, localClients } from "@rainhooks/stage/clients";
import { DEFAULT_SOURCE, QUERY_API } from "@rainhooks/stage/outputs";
import { removeStageFile, type StageFile, writeStageFile } from "@rainhooks/stage/stage-file";
import { readLiveTables } from "@rainhooks/stage/tables/live-tables";
import { type FunctionDefinition, triggeredBy, type Webhook } from "@rainhooks/webhook/define-function";
import { deployedName, integrationName } from "@rainhooks/webhook/names";
import type { InvocationMetrics } from "@rainhooks/webhook/observe/metrics";
import { type Subscriptions, streamsOf, toSubscriptions } from "@rainhooks/webhook/resources";
import type { Emulators } from "../emulators/embedded.ts";
import { type ProvisionedStage, provisionStage } from "../provision/provision.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import { noteSizes } from "./data-sizes.ts";
import { defaultSettings, type FunctionOptions } from "./function-options.ts";
import { dataHeldError, holdData } from "./hold-data.ts";
import { outputsOf } from "./outputs.ts";
import { withPrivateReceivers } from "./private-receivers.ts";
import { RunningFunctions } from "./running-functions.ts";
import type { StageOptions } from "./stage-options.ts";
import { startServices } from "./start-services.ts";
import { withTheirQueues } from "./triggers/rate-trigger.ts";

/** A running stage. */
export interface Stage {
  readonly name: string;
  readonly integration: string;
  readonly endpoint: string;
  /** URL of the API; empty without one. */
  readonly apiUrl: string;
  /** Webhooks whose functions run. */
  readonly webhooks: readonly Webhook[];
  /** Names of all functions that run: not of those that are somewhere else. */
  readonly functions: readonly string[];
  readonly clients: AwsClients;
  /**
   * Reads the live tables of stores that can be rebuilt; `clients.dynamodb` has those of slot `a` by their
   * names.
   */
  readonly liveTables: DynamoDBClient;
  readonly provisioned: ProvisionedStage;
  /** Sums of the metrics of a function. */
  totals(name: string): Readonly<Required<InvocationMetrics>>;
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
  /** Runs each function that runs at a rate once more, now. */
  runScheduled(): Promise<void>;
  /** Ids of the processes of webhooks that run an invocation. */
  busyPids(): readonly number[];
  /** Memory of this process and the functions' processes together, MiB. */
  memoryMiB(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts a stage on this machine: AWS services, topics, queues, tables, and for each function processes that
 * run its bundle, with what invokes it.
 *
 * @throws {RainhooksError} `stage-failed` when a port, the data folder or a function cannot be used.
 */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { name, dataDir, onProblem } = options;
  const functions = withTheirQueues(options.functions);
  refuseSameNames(functions);
  const release = await holdData(dataDir);
  if (release === undefined) throw await dataHeldError(dataDir);
  const emulators = await startServices(options).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const clients = localClients(emulators.endpoint);
  let running: RunningFunctions | undefined;
  const noteKept = async () => {
    if (options.endpoint !== undefined || options.services !== undefined) return;
    await noteSizes(dataDir).catch((error: unknown) => onProblem(messageOf(error)));
  };
  const stop = () =>
    stopInTurn([() => running?.stop(), emulators.stop, noteKept, () => removeStageFile(dataDir), release]);
  try {
    const provisioned = await provisionStage(clients, name, functions);
    running = new RunningFunctions(functionOptions(options, emulators, provisioned), clients, provisioned);
    await running.start(functions.filter((one) => one.trigger !== "topics" || one.runtime === "node"));
    return await announced(options, {
      emulators,
      clients,
      provisioned,
      functions,
      running,
      stop,
    });
  } catch (error) {
    await stop().catch((failure: unknown) => onProblem(messageOf(failure)));
    throw asStageError(error, emulators.endpoint, options.endpointFrom);
  }
}

interface RunningStage {
  readonly emulators: Emulators;
  readonly clients: AwsClients;
  readonly provisioned: ProvisionedStage;
  readonly functions: readonly FunctionDefinition[];
  readonly running: RunningFunctions;
  readonly stop: () => Promise<void>;
}

/** Saves the stage's address for commands, and returns the stage. */
async function announced(options: StageOptions, made: RunningStage): Promise<Stage> {
  const { name } = options;
  const { emulators, clients, provisioned, running, stop } = made;
  let rainmaker: StageFile["rainmaker"];
  let written: Promise<void> = Promise.resolve();
  const announce = () => {
    written = written
      .catch(() => undefined)
      .then(() => writeStageFile(options.dataDir, stageFile(options, made, rainmaker)));
    return written;
  };
  await announce();
  const api = running.all.find(({ definition }) => definition.name === QUERY_API);
  return {
    name,
    integration: integrationName(name),
    endpoint: emulators.endpoint,
    apiUrl: api?.address ?? "",
    get webhooks() {
      return triggeredBy(
        running.all.map(({ definition }) => definition),
        "topics",
      );
    },
    functions: running.all.map(({ definition }) => definition.name),
    clients,
    liveTables: readLiveTables(
      localClients(emulators.endpoint).dynamodb,
      { client: clients.dynamodb, tableName: deployedName(name, tableSlotsTable.name) },
      (table) => deployedName(name, table),
    ),
    provisioned,
    totals: (name) => running.find(name).log.totals,
    announce: (address) => {
      rainmaker = address;
      return announce();
    },
    flush: () => emulators.flush(),
    reload: async (webhook, bundleDir) => {
      if (await running.reload(webhook, bundleDir)) await announce();
    },
    runScheduled: async () => void (await Promise.all(running.all.map((one) => one.run?.()))),
    busyPids: () => running.busyPids(),
    memoryMiB: () => memoryMiB([process.pid, ...running.all.flatMap((one) => one.pids())]),
    stop,
  };
}

function stageFile(
  { name: stage, dataDir, source = DEFAULT_SOURCE, paused = [], settingsOf = defaultSettings }: StageOptions,
  { emulators, provisioned, functions, running }: RunningStage,
  rainmaker: StageFile["rainmaker"],
): StageFile {
  const own = new Map(running.all.map((one) => [one.definition.name, one]));
  const outputs = outputsOf({
    stage,
    dataDir,
    source,
    functions: functions.map((one) => own.get(one.name)?.definition ?? one),
    provisioned,
    addressOf: (name) => own.get(name)?.address,
    paused,
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

const KIB = 1024;

/**
 * Returns the memory of several processes in MiB. On Linux this is each one's proportional share of common
 * memory (several Node.js processes share one program); on other systems it is only the resident memory of
 * this process.
 */
async function memoryMiB(pids: readonly (number | undefined)[]): Promise<number> {
  const shares = await Promise.all(pids.map((pid) => (pid === undefined ? 0 : shareMiB(pid))));
  const known = shares.filter((share) => share !== undefined);
  if (known.length < shares.length) return process.memoryUsage.rss() / KIB / KIB;
  return known.reduce((sum, share) => sum + share, 0);
}

async function shareMiB(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  const kib = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  return kib === undefined ? undefined : Number(kib) / KIB;
}

/** Returns the options of all functions of a stage. */
function functionOptions(
  options: StageOptions,
  { endpoint, endReceives }: Emulators,
  { queues, topics }: ProvisionedStage,
): FunctionOptions {
  const { name: stage, functions, functionEndpoint } = options;
  const streams = functions.flatMap(streamsOf);
  return {
    ...options,
    settingsOf: withPrivateReceivers(options.settingsOf ?? defaultSettings),
    stage,
    endReceives,
    archived: triggeredBy(functions, "topics")
      .filter((webhook) => streamsOf(webhook).length > 0)
      .flatMap(({ events }) => events),
    archiveBucket: streams[0] && deployedName(stage, streams[0].bucket),
    queueUrlOf: (name) => queues.get(name)?.queue.url,
    topicArnOf: (event) => topics.get(event) ?? "",
    subscriptions: subscriptionsOf(options, topics),
    endpointOf: async (name) => (await functionEndpoint?.(name, endpoint)) ?? endpoint,
  };
}

/** Returns what the stage subscribes to which topics. */
function subscriptionsOf(
  { name: stage, functions }: StageOptions,
  arns: ProvisionedStage["topics"],
): Subscriptions {
  const webhooks = triggeredBy(functions, "topics").map(({ name, events }) => ({
    endpoint: deployedName(stage, name),
    topics: events.map((id) => ({ id, arn: arns.get(id) ?? "" })),
  }));
  return toSubscriptions(webhooks);
}

/** Returns what the ARNs of the topics begin with. */
function topicArnPrefix({ topics }: ProvisionedStage): string {
  const [arn = ""] = topics.values();
  return arn.slice(0, arn.lastIndexOf(":") + 1);
}

/** @throws {RainhooksError} `stage-failed` if two functions have the same name. */
function refuseSameNames(functions: readonly { readonly name: string }[]): void {
  const names = functions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new RainhooksError("stage-failed", `Two functions have the name ${twice}. Rename one of them.`);
}
