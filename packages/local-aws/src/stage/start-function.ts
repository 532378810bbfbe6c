import { availableParallelism } from "node:os";
import { join } from "node:path";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { filterRulesTable } from "@rainhooks/filter/table";
import { type AwsClients, LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/stage";
import {
  type Api,
  deployedName,
  type FunctionDefinition,
  integrationName,
  type Webhook,
} from "@rainhooks/webhook/define";
import { functionEnvironment, resourceEnvironment } from "@rainhooks/webhook/environment";
import { startEventSourceMapping } from "../lambda/event-source-mapping.ts";
import { FunctionPool } from "../lambda/function-pool.ts";
import { functionUrl } from "../lambda/function-url.ts";
import { listen } from "../listen.ts";
import type { ProvisionedStage } from "../provision/provision.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import { FunctionLog } from "./function-log.ts";
import type { StageOptions } from "./stage.ts";

/** Requests to the API at once. */
const MAX_API_CONCURRENCY = 10;

/** What a function is started in. */
export interface FunctionSurroundings {
  readonly options: StageOptions;
  readonly clients: AwsClients;
  readonly provisioned: ProvisionedStage;
  readonly endpoint: string;
}

/** A function that runs. */
interface RunningFunction {
  readonly log: FunctionLog;
  /** Ids of its processes. */
  pids(): number[];
  stop(): Promise<void>;
}

/** A webhook's function that is fed from its queue. */
export type RunningWebhook = RunningFunction;

/** The API, which answers at a URL. */
export interface RunningApi extends RunningFunction {
  readonly url: string;
}

/** Starts a webhook's function, and feeds it from its queue. */
export async function startWebhook(
  surroundings: FunctionSurroundings,
  webhook: Webhook,
): Promise<RunningWebhook> {
  const { options, clients, provisioned } = surroundings;
  const own = provisioned.queues.get(webhook.name);
  if (own === undefined) throw new RainhooksError("stage-failed", `${webhook.name} has no queue.`);
  const names = { ...namesOf(options), deadLetterQueueUrl: own.deadLetters.url, queueUrl: own.queue.url };
  const environment = functionEnvironment(webhook, names, filterRulesTable.name);
  const concurrency = localConcurrency(webhook.batch.maxConcurrency);
  const { functions, log, problem } = await startPool(surroundings, webhook, environment, concurrency);
  const mapping = startEventSourceMapping({
    sqs: clients.sqs,
    queue: own.queue,
    batch: { ...webhook.batch, maxConcurrency: concurrency },
    region: LOCAL_REGION,
    invoke: (event) => functions.invoke(event),
    nowMs: Date.now,
    onFailure: problem,
    onError: (error) => problem(messageOf(error)),
  });
  const stop = () => stopInTurn([() => mapping.stop(), () => functions.stop(), () => log.close()]);
  return { log, pids: () => functions.pids(), stop };
}

/** Starts the API's function, and gives it a URL. */
export async function startApi(surroundings: FunctionSurroundings, api: Api): Promise<RunningApi> {
  const { options } = surroundings;
  const environment = resourceEnvironment(api, namesOf(options));
  const concurrency = localConcurrency(MAX_API_CONCURRENCY);
  const { functions, log, problem } = await startPool(surroundings, api, environment, concurrency);
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
    const url = `http://${await listen(server, options.queryPort, "--query-port")}`;
    return { url, log, pids: () => functions.pids(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Invocations at once that a machine can bear: as many as in AWS, but not many more than it has cores. */
function localConcurrency(max: number): number {
  return Math.min(max, 2 * availableParallelism());
}

async function startPool(
  { options, endpoint }: FunctionSurroundings,
  definition: FunctionDefinition,
  variables: Readonly<Record<string, string>>,
  concurrency: number,
) {
  const { name: stage, dataDir, onProblem } = options;
  const { name } = definition;
  const problem = (text: string) => onProblem(`${name}: ${text}`);
  const log = new FunctionLog(join(dataDir, "logs", `${name}.log`), (error) => problem(messageOf(error)));
  const spec = {
    name: deployedName(stage, name),
    bundleDir: options.bundleDir(name),
    runtimePath: options.runtimePath,
    memoryMiB: definition.function.memoryMiB,
    timeoutS: definition.function.timeoutS,
    environment: {
      ...variables,
      ...awsEnvironment((await options.functionEndpoint?.(name, endpoint)) ?? endpoint),
    },
    onLine: (line: string) => log.write(line),
  };
  const functions = new FunctionPool(spec, concurrency);
  const started = await functions.start();
  if (started.kind === "result") return { functions, log, problem };
  await functions.stop();
  await log.close();
  throw new RainhooksError("stage-failed", `${name} does not start: ${started.error.errorMessage}`);
}

function namesOf({ name: stage }: StageOptions) {
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
