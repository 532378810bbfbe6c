import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { EventType } from "@rainhooks/core";
import {
  type Api,
  type FunctionDefinition,
  type InvokedFunction,
  parametersPrefix,
  type ScheduledFunction,
  streamsOf,
  type Webhook,
  type Worker,
} from "@rainhooks/webhook/define";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { checkStage } from "./check/check-stage.ts";
import { checkNames, checkSenders } from "./check/workers.ts";
import { type StageConfig, stackName } from "./config/config.ts";
import { DisconnectReasons, disconnectRuleAlarm } from "./disconnect-reasons.ts";
import { nameOf } from "./names.ts";
import { writeOutputs } from "./outputs.ts";
import { providerConfig, requireProvider } from "./provider.ts";
import { QueryApi } from "./query-api/query-api.ts";
import { applyScheduledOverride, ScheduledResources } from "./scheduled/scheduled.ts";
import { keepState } from "./state.ts";
import { hasStoreWork, StoreWork } from "./store-work/store-work.ts";
import { keptData } from "./stores/kept-data.ts";
import { makeStores, type Stores } from "./stores/stores.ts";
import { Topics } from "./topics.ts";
import type { Alarm } from "./watching/alarm.ts";
import { Alarms } from "./watching/alarms.ts";
import { makeDashboard } from "./watching/dashboard.ts";
import { forwardAlarms, makesAttempts } from "./watching/forward-alarms.ts";
import { apiAlarms, archiveAlarms, scheduledAlarms, tableAlarms } from "./watching/stage-alarms.ts";
import { webhookAlarms, workerAlarms } from "./watching/webhook-alarms.ts";
import { applyOverride, type DeployedWebhook } from "./webhook/shape.ts";
import { WebhookResources } from "./webhook/webhook-stack.ts";
import { applyWorkerOverride, type DeployedWorker } from "./worker/shape.ts";
import { makeWorker, WorkerQueues } from "./worker/worker-stack.ts";

/** The webhooks, the workers, all other functions, and their bundles. */
export interface StageContents {
  readonly webhooks: readonly Webhook[];
  readonly workers: readonly Worker[];
  readonly scheduled: readonly ScheduledFunction[];
  readonly queryApi: Api;
  readonly storeWork: InvokedFunction;
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
}

/** All resources of one stage, derived from the definitions of the webhooks and the configuration of the stage. */
export class StageStack extends TerraformStack {
  constructor(scope: Construct, config: StageConfig, contents: StageContents) {
    super(scope, stackName(config.name));
    checkStage(config, contents.webhooks, contents.scheduled, contents.workers);
    const functions = deployedFunctions(config, contents);
    new AwsProvider(this, "aws", providerConfig(config));
    requireProvider(this);
    keepState(this, config);
    const account = new DataAwsCallerIdentity(this, "account").accountId;
    const { partition } = new DataAwsPartition(this, "partition");
    const { webhooks, workers, scheduled } = contents;
    const kept = keptData(config, {
      owners: [...webhooks, ...workers, ...scheduled],
      readers: [...functions.apis, ...functions.scheduled, ...functions.workers, ...functions.invoked],
    });
    const stores = makeStores(this, config, kept, { account, partition });
    const { tables, archives, arns } = stores;
    const queues = functions.workers.map((worker) => new WorkerQueues(this, config, worker));
    const ownArn = (service: string, resource: string) =>
      `arn:${partition}:${service}:${config.region}:${account}:${resource}`;
    const topics = new Topics(this, config);
    if (config.disconnectReasons === true) new DisconnectReasons(this, config, topics, account);
    const made: WebhookResources[] = [];
    const options = {
      config,
      bundleZip: contents.bundleZip,
      topics,
      topicArnOf: (event: EventType) => topics.ownArn(event),
      resourceArn: (name: string) => arnOf(arns, name),
      queueOf: (name: string) => queueOf(queues, made, name),
      parametersArn: (name: string) => ownArn("ssm", `parameter${parametersPrefix(config.name, name)}/*`),
      targets: config.targets ?? {},
      archived: archivedEvents(functions.webhooks),
      archiveBucket: archives[0]?.archive.bucket.bucket,
      arnOf: ownArn,
    };
    const workerResources = queues.map((one) => makeWorker(one, options));
    for (const one of functions.webhooks) made.push(new WebhookResources(this, one, options));
    const webhookResources: readonly WebhookResources[] = made;
    const scheduledResources = functions.scheduled.map((one) => new ScheduledResources(this, one, options));
    const [deployedApi] = functions.apis.map((api) => new QueryApi(this, api, options));
    const [storeWork] = functions.invoked.map((one) => new StoreWork(this, one, options));

    new Alarms(this, config, account).add([
      ...webhookResources.flatMap((resources) => webhookAlarms(config, resources)),
      ...workerResources.flatMap((resources) => workerAlarms(config, resources)),
      ...(functions.workers.some(makesAttempts) ? forwardAlarms(config) : []),
      ...scheduledResources.flatMap((resources) => scheduledAlarms(config, resources)),
      ...storeAlarms(config, stores),
      ...(config.disconnectReasons === true ? [disconnectRuleAlarm(config)] : []),
      ...(deployedApi === undefined ? [] : apiAlarms(deployedApi)),
    ]);
    const parts = {
      tables: tables.map(({ name }) => name),
      parameters: parametersOf(Object.values(functions).flat()),
      archive: archives[0]?.archive,
      webhooks: webhookResources,
      workers: workerResources,
      scheduled: scheduledResources,
      queryApi: deployedApi,
      storeWork,
      topics: options.topics.of([...new Set(functions.webhooks.flatMap(({ events }) => events))]),
    };
    makeDashboard(this, config, parts);
    writeOutputs(this, config, parts);
    config.customize?.(this);
  }
}

/** The functions of a stage, with its changes. */
interface DeployedFunctions {
  readonly webhooks: readonly DeployedWebhook[];
  readonly workers: readonly DeployedWorker[];
  readonly scheduled: readonly ScheduledFunction[];
  readonly apis: readonly Api[];
  readonly invoked: readonly InvokedFunction[];
}

/** @throws {TypeError} for two functions of one name, for one that sends to a worker that is not deployed, and for one that asks about a queue that is not there. */
function deployedFunctions(
  config: StageConfig,
  { webhooks, workers, scheduled, queryApi, storeWork }: StageContents,
): DeployedFunctions {
  checkNames(config, [...webhooks, ...workers, ...scheduled, queryApi, storeWork]);
  const deployedWebhooks = webhooks
    .filter(({ name }) => config.webhooks?.[name]?.deployed !== false)
    .map((webhook) => applyOverride(webhook, config.webhooks?.[webhook.name], config.nodes));
  const deployed: DeployedFunctions = {
    webhooks: deployedWebhooks,
    workers: workers
      .filter(({ name }) => config.workers?.[name]?.deployed !== false)
      .map((worker) => applyWorkerOverride(worker, config.workers?.[worker.name])),
    scheduled: scheduled
      .filter(({ name }) => config.scheduled?.[name]?.deployed !== false)
      .map((definition) => applyScheduledOverride(definition, config.scheduled?.[definition.name])),
    apis: config.queryApi?.deployed === false ? [] : [queryApi],
    invoked: hasStoreWork(config) ? [storeWork] : [],
  };
  for (const definition of deployed.scheduled)
    for (const queue of queuesOf(definition))
      if (isMissing(webhooks, deployedWebhooks, queue)) throw withoutQueue(config, definition.name, queue);
  checkSenders(config, Object.values(deployed).flat(), {
    known: [...workers, ...webhooks].map(({ name }) => name),
    deployed: [...deployed.workers, ...deployed.webhooks].map(({ name }) => name),
  });
  return deployed;
}

function queuesOf({ resources }: FunctionDefinition): string[] {
  return Object.values(resources).flatMap((resource) => (resource.kind === "queue" ? [resource.queue] : []));
}

function withoutQueue({ name }: StageConfig, scheduled: string, webhook: string): TypeError {
  return new TypeError(
    `Stage ${name}: ${scheduled} asks how far the queue of ${webhook} has come, and this stage has none: ${webhook} is not deployed, or not with delivery "queue". Set scheduled.${scheduled}.deployed: false, too; without it, nobody evaluates alarm rules.`,
  );
}

/** Returns true for a webhook that is not deployed, or has no queue. */
function isMissing(all: readonly Webhook[], deployed: readonly DeployedWebhook[], name: string): boolean {
  if (!all.some((webhook) => webhook.name === name)) return false;
  return !deployed.some((webhook) => webhook.name === name && webhook.delivery === "queue");
}

/** Returns the event types of which every event is archived: those of the webhooks that write to a stream, without a filter policy. */
function archivedEvents(webhooks: readonly DeployedWebhook[]): readonly EventType[] {
  const writers = webhooks.filter(
    (webhook) => webhook.filterPolicy === undefined && streamsOf(webhook).length > 0,
  );
  return [...new Set(writers.flatMap(({ events }) => events))];
}

/** Names of the secret parameters that functions read. */
function parametersOf(functions: readonly FunctionDefinition[]): string[] {
  const uses = functions.flatMap(({ resources }) => Object.values(resources));
  return [...new Set(uses.flatMap((use) => (use.kind === "parameters" ? [use.parameters] : [])))];
}

function storeAlarms(config: StageConfig, { tables, archives }: Stores): Alarm[] {
  return [
    ...archives.flatMap(({ archive, stream }) =>
      archiveAlarms(archive, stream.bufferS, config.archive?.format === "parquet"),
    ),
    ...tables.flatMap((table) => tableAlarms(table, nameOf(config, table.name))),
  ];
}

function arnOf(arns: ReadonlyMap<string, string>, name: string): string {
  const arn = arns.get(name);
  if (arn === undefined) throw new TypeError(`The stack has no table or stream ${name}.`);
  return arn;
}

function queueOf(
  workers: readonly WorkerQueues[],
  webhooks: readonly WebhookResources[],
  name: string,
): SqsQueue {
  const found =
    workers.find(({ worker }) => worker.name === name) ??
    webhooks.find(({ webhook }) => webhook.name === name);
  if (found?.queue === undefined) throw new TypeError(`The stack has no queue of ${name}.`);
  return found.queue;
}
