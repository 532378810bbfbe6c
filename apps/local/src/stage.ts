import { join } from "node:path";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { filterRulesTable } from "@rainhooks/filter/table";
import {
  type AwsClients,
  findRunningStage,
  LOCAL_CREDENTIALS,
  LOCAL_REGION,
  localClients,
  removeStageFile,
  type StageFile,
  writeStageFile,
} from "@rainhooks/stage";
import { deployedName, integrationName, type Webhook } from "@rainhooks/webhook/define";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import { type Emulators, startEmulators } from "./emulators/embedded.ts";
import { makeFolder } from "./folder.ts";
import { FunctionLog, type Totals } from "./function-log.ts";
import { type EventSourceMapping, startEventSourceMapping } from "./lambda/event-source-mapping.ts";
import { FunctionProcess } from "./lambda/function-process.ts";
import { memoryMiB } from "./memory.ts";
import { type ProvisionedStage, provisionStage } from "./provision/provision.ts";

/** How to run a stage. */
export interface StageOptions {
  readonly name: string;
  readonly webhooks: readonly Webhook[];
  readonly dataDir: string;
  readonly port: number;
  /** Endpoint of another emulator; without one, the embedded services are started. */
  readonly endpoint: string | undefined;
  /** Folder of a webhook's bundle. */
  readonly bundleDir: (webhook: string) => string;
  /** The compiled runtime of the functions. */
  readonly runtimePath: string;
  /** The endpoint that a webhook's function is given, if it is not the stage's own. */
  readonly functionEndpoint?: (webhook: string, endpoint: string) => Promise<string>;
  /** Told of what goes wrong while the stage runs. */
  readonly onProblem: (text: string) => void;
}

/** A running stage. */
export interface Stage {
  readonly name: string;
  readonly integration: string;
  readonly endpoint: string;
  readonly webhooks: readonly Webhook[];
  readonly clients: AwsClients;
  readonly provisioned: ProvisionedStage;
  totals(webhook: string): Readonly<Totals>;
  loggedDeliveries(webhook: string): ReadonlySet<string>;
  /** Tells commands of a RainMaker in front of this stage. */
  announce(rainmaker: NonNullable<StageFile["rainmaker"]>): Promise<void>;
  /** Writes out what Firehose has buffered; another emulator does that by itself. */
  flush(): Promise<void>;
  /** Memory that this process and the functions' processes take together, MiB. */
  memoryMiB(): Promise<number>;
  stop(): Promise<void>;
}

interface RunningFunction {
  readonly environment: FunctionProcess;
  readonly log: FunctionLog;
  readonly mapping: EventSourceMapping;
}

/**
 * Starts a stage on this machine: AWS services, topics, queues, tables, and each webhook's bundle in a process of its
 * own, fed by an event source mapping.
 *
 * @throws {RainhooksError} `stage-failed` when a port, the data folder or a function stands in the way.
 */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { name, webhooks, dataDir, onProblem } = options;
  refuseSameNames(webhooks);
  await refuseSecondStage(dataDir);
  const emulators = await startServices(options);
  const clients = localClients(emulators.endpoint);
  const running = new Map<string, RunningFunction>();
  const stop = async () => {
    await Promise.all([...running.values()].map(({ mapping }) => mapping.stop()));
    await Promise.all([...running.values()].map(({ environment }) => environment.stop()));
    await Promise.all([...running.values()].map(({ log }) => log.close()));
    await emulators.stop();
    await removeStageFile(dataDir);
  };
  try {
    const provisioned = await provisionStage(clients, name, webhooks);
    for (const webhook of webhooks) {
      running.set(
        webhook.name,
        await startFunction(options, webhook, clients, provisioned, emulators.endpoint),
      );
    }
    const file: StageFile = {
      pid: process.pid,
      stage: name,
      endpoint: emulators.endpoint,
      topicArnPrefix: topicArnPrefix(provisioned),
    };
    await writeStageFile(dataDir, file);
    return {
      name,
      integration: integrationName(name),
      endpoint: emulators.endpoint,
      webhooks,
      clients,
      provisioned,
      totals: (webhook) => find(running, webhook).log.totals,
      loggedDeliveries: (webhook) => find(running, webhook).log.deliveries,
      announce: (rainmaker) => writeStageFile(dataDir, { ...file, rainmaker }),
      flush: () => emulators.flush(),
      memoryMiB: () => memoryMiB([process.pid, ...[...running.values()].map((one) => one.environment.pid)]),
      stop,
    };
  } catch (error) {
    await stop().catch((failure: unknown) => onProblem(messageOf(failure)));
    throw asStageError(error, emulators.endpoint);
  }
}

function topicArnPrefix({ topics }: ProvisionedStage): string {
  const [arn = ""] = topics.values();
  return arn.slice(0, arn.lastIndexOf(":") + 1);
}

function refuseSameNames(webhooks: readonly Webhook[]): void {
  const names = webhooks.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new RainhooksError("stage-failed", `Two webhooks are named ${twice}: each needs a name of its own.`);
}

async function refuseSecondStage(dataDir: string): Promise<void> {
  const other = await findRunningStage(dataDir);
  if (other === undefined) return;
  const message = `A stage already runs on ${dataDir} (process ${other.pid}). Stop it, or choose another folder with --data.`;
  throw new RainhooksError("stage-failed", message);
}

async function startServices({ dataDir, port, endpoint, onProblem }: StageOptions): Promise<Emulators> {
  const logs = join(dataDir, "logs");
  await makeFolder(logs).catch((error: unknown) => {
    const message = `The data folder ${dataDir} cannot be used: ${messageOf(error)}. Choose another with --data.`;
    throw new RainhooksError("stage-failed", message, { cause: error });
  });
  if (endpoint !== undefined) {
    return { endpoint, flush: () => Promise.resolve(), stop: () => Promise.resolve() };
  }
  const onError = (error: unknown) => onProblem(messageOf(error));
  return startEmulators({ dataDir, port, nowMs: Date.now, onError });
}

async function startFunction(
  options: StageOptions,
  webhook: Webhook,
  clients: AwsClients,
  { queues }: ProvisionedStage,
  endpoint: string,
): Promise<RunningFunction> {
  const { name: stage, dataDir, onProblem } = options;
  const own = queues.get(webhook.name);
  if (own === undefined) throw new RainhooksError("stage-failed", `${webhook.name} has no queue.`);
  const problem = (text: string) => onProblem(`${webhook.name}: ${text}`);
  const log = new FunctionLog(join(dataDir, "logs", `${webhook.name}.log`), (error) =>
    problem(messageOf(error)),
  );
  const names = {
    stage,
    integration: integrationName(stage),
    deadLetterQueueUrl: own.deadLetters.url,
    resourceName: (resource: string) => deployedName(stage, resource),
  };
  const environment = new FunctionProcess({
    name: deployedName(stage, webhook.name),
    bundleDir: options.bundleDir(webhook.name),
    runtimePath: options.runtimePath,
    memoryMiB: webhook.function.memoryMiB,
    timeoutS: webhook.function.timeoutS,
    environment: {
      ...functionEnvironment(webhook, names, filterRulesTable.name),
      ...awsEnvironment((await options.functionEndpoint?.(webhook.name, endpoint)) ?? endpoint),
    },
    onLine: (line) => log.write(line),
  });
  const started = await environment.start();
  if (started.kind === "error") {
    await log.close();
    throw new RainhooksError("stage-failed", `${webhook.name} does not start: ${started.error.errorMessage}`);
  }
  const mapping = startEventSourceMapping({
    sqs: clients.sqs,
    queue: own.queue,
    batch: webhook.batch,
    region: LOCAL_REGION,
    invoke: (event) => environment.invoke(event),
    nowMs: Date.now,
    onFailure: problem,
    onError: (error) => problem(messageOf(error)),
  });
  return { environment, log, mapping };
}

function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_REGION: LOCAL_REGION,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  };
}

function find(running: ReadonlyMap<string, RunningFunction>, webhook: string): RunningFunction {
  const found = running.get(webhook);
  if (found === undefined)
    throw new RainhooksError("stage-unavailable", `The stage runs no webhook ${webhook}.`);
  return found;
}

function asStageError(error: unknown, endpoint: string): RainhooksError {
  if (error instanceof RainhooksError) return error;
  return new RainhooksError("stage-failed", `The services at ${endpoint} failed: ${messageOf(error)}`, {
    cause: error,
  });
}
