import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventType } from "@rainhooks/core/catalog";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { type AwsClients, localClients } from "@rainhooks/stage/clients";
import { QUERY_API } from "@rainhooks/stage/outputs";
import {
  removeStageFile,
  type StageFile,
  stageFilePlace,
  writeStageFile,
} from "@rainhooks/stage/stage-file";
import { readLiveTables } from "@rainhooks/stage/tables/live-tables";
import {
  type FunctionDefinition,
  triggeredBy,
  type Webhook,
} from "@rainhooks/webhook/define-function";
import { deployedName, integrationName } from "@rainhooks/webhook/names";
import type { Metrics } from "@rainhooks/webhook/observe/metrics";
import { hasRounds, queuesOf, streamsOf } from "@rainhooks/webhook/resources";
import { type Emulators, startEmulators } from "../emulators/start-emulators.ts";
import { type ProvisionedStage, provisionStage } from "../provision/provision.ts";
import { stopAll } from "../stop-all.ts";
import { dataInUseError, holdData } from "./hold-data.ts";
import { type StageParts, stageFile } from "./outputs.ts";
import { RunningFunctions } from "./running-functions.ts";
import {
  type FunctionOptions,
  parametersPlace,
  type StageOptions,
  settingsOn,
} from "./stage-options.ts";

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
   * Reads the live tables of stores that can be rebuilt; `clients.dynamodb` has those of slot `a`
   * by their names.
   */
  readonly liveTables: DynamoDBClient;
  readonly provisioned: ProvisionedStage;
  /** Sums of the metrics of a function. */
  totals(name: string): Readonly<Metrics>;
  /** Saves the address of a RainMaker in front of this stage, for commands. */
  announce(rainmaker: NonNullable<StageFile["rainmaker"]>): Promise<void>;
  /** Writes the records that Firehose has buffered. */
  flush(): Promise<void>;
  /**
   * Runs a webhook with another bundle and, if it has changed, another definition.
   *
   * @throws {RainhooksError} `stage-failed` when the bundle does not load; the webhook before keeps
   * running.
   */
  reload(webhook: Webhook, bundleDir: string): Promise<void>;
  /** Runs each function that runs at a rate once more, now. */
  runScheduled(): Promise<void>;
  /** Ids of the processes of webhooks that run an invocation. */
  busyPids(): readonly number[];
  stop(): Promise<void>;
}

/**
 * Starts a stage on this machine: AWS services, topics, queues, tables, and for each function
 * processes that run its bundle, with what invokes it.
 *
 * @throws {RainhooksError} `stage-failed` when a port, the data folder or a function cannot be
 * used.
 */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { name, dataDir, onProblem } = options;
  const functions = withTheirQueues(options.functions);
  refuseSameNames(functions);
  const release = await holdData(dataDir);
  if (release === undefined) throw await dataInUseError(dataDir);
  const emulators = await startServices(options).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const clients = localClients(emulators.endpoint);
  let running: RunningFunctions | undefined;
  const stop = () =>
    stopAll([() => running?.stop(), emulators.stop, () => removeStageFile(dataDir), release]);
  try {
    const provisioned = await provisionStage(clients, name, functions, options.tables);
    running = new RunningFunctions(
      functionOptions(options, emulators, provisioned),
      clients,
      provisioned,
    );
    await running.start(
      functions.filter((one) => one.trigger !== "topics" || one.runtime === "node"),
    );
    return await announced(options, { emulators, clients, provisioned, functions, running, stop });
  } catch (error) {
    await stop().catch((failure: unknown) => onProblem(messageOf(failure)));
    if (error instanceof RainhooksError) throw error;
    const reason = messageOf(error) || (error instanceof Error ? error.name : "no reason given");
    throw new RainhooksError(
      "stage-failed",
      `The services at ${emulators.endpoint} failed: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

/** Starts the services of a stage, unless it uses some that run already. */
async function startServices({
  dataDir,
  port,
  services,
  onProblem,
}: StageOptions): Promise<Emulators> {
  if (services !== undefined) return { ...services, stop: () => Promise.resolve() };
  const onError = (error: unknown) => onProblem(messageOf(error));
  return startEmulators({ dataDir, port, onError });
}

/**
 * Returns the functions of a stage without those that run at a rate and use a queue that it does
 * not have: a stage with one webhook does without them.
 */
function withTheirQueues(functions: readonly FunctionDefinition[]): readonly FunctionDefinition[] {
  const names = new Set(functions.map(({ name }) => name));
  return functions.filter(
    (one) => one.trigger !== "rate" || queuesOf(one).every((queue) => names.has(queue)),
  );
}

interface RunningStage extends StageParts {
  readonly clients: AwsClients;
  readonly stop: () => Promise<void>;
}

/** Saves the stage's address for commands, and returns the stage. */
async function announced(options: StageOptions, started: RunningStage): Promise<Stage> {
  const { name, dataDir } = options;
  const { emulators, clients, provisioned, running, stop } = started;
  let rainmaker: StageFile["rainmaker"];
  let written: Promise<void> = Promise.resolve();
  const announce = () => {
    written = written
      .catch(() => undefined)
      .then(() => writeStageFile(dataDir, stageFile(options, started, rainmaker)));
    return written;
  };
  await announce();
  const { tables } = stageFile(options, started, rainmaker).outputs;
  return {
    name,
    integration: integrationName(name),
    endpoint: emulators.endpoint,
    apiUrl: running.all.find(({ definition }) => definition.name === QUERY_API)?.address ?? "",
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
      () => clients.dynamodb,
      (table) => tables[table],
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
    busyPids: () =>
      running.all.flatMap((one) => (one.definition.trigger === "topics" ? one.busyPids() : [])),
    stop,
  };
}

/** Returns what the functions of a stage are started with. */
function functionOptions(
  options: StageOptions,
  { endpoint, endReceives, traceHeaderOf }: Emulators,
  { queues, topics }: ProvisionedStage,
): FunctionOptions {
  const { name: stage, dataDir, functions, functionEndpoint, targets = {} } = options;
  const resourceName = (resource: string) => deployedName(stage, resource);
  const topicArnOf = (event: EventType) => topics.get(event) ?? "";
  const webhooks = triggeredBy(functions, "topics");
  const [stream] = webhooks.flatMap(streamsOf);
  return {
    ...options,
    endReceives,
    traceHeaderOf,
    settingsOf: settingsOn(options),
    endpointOf: async (name) => (await functionEndpoint?.(name, endpoint)) ?? endpoint,
    names: {
      stage,
      resourceName,
      topicArnOf,
      targets,
      queueUrlOf: (name) => queues.get(name)?.queue.url,
      parametersAt: (name) => parametersPlace(dataDir, name),
      stageOutputs: stageFilePlace(dataDir),
      hasRounds: hasRounds(functions),
      archiveBucket: stream && resourceName(stream.bucket),
      archived: webhooks.flatMap((one) => (streamsOf(one).length > 0 ? one.events : [])),
    },
  };
}

/** @throws {RainhooksError} `stage-failed` if two functions have the same name. */
function refuseSameNames(functions: readonly { readonly name: string }[]): void {
  const names = functions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new RainhooksError(
    "stage-failed",
    `Two functions have the name ${twice}. Rename one of them.`,
  );
}
