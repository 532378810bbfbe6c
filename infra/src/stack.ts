import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { EventType } from "@rainhooks/core/catalog";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { destinationsTable } from "@rainhooks/extensions/forwarding/forwarding-tables";
import { neoEvents } from "@rainhooks/extensions/neo/functions/neo-events/function";
import { type FunctionDefinition, triggeredBy } from "@rainhooks/webhook/define-function";
import { parametersPrefix } from "@rainhooks/webhook/names";
import { streamsOf } from "@rainhooks/webhook/resources";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { checkStage } from "./check/check-stage.ts";
import { checkNames, checkQueues } from "./check/functions.ts";
import { type StageConfig, stackName } from "./config/config.ts";
import { makeDestinations } from "./destinations/destinations.ts";
import { makeDisconnectReasons } from "./disconnect-reasons.ts";
import { changedFunctions, type DeployedFunction } from "./function/deployed.ts";
import { type FunctionDependencies, FunctionResources } from "./function/function-resources.ts";
import { subscriptionsOf } from "./function/triggers/subscriptions.ts";
import { nameOf } from "./names.ts";
import { NeoSource } from "./neo/neo-source.ts";
import { writeOutputs } from "./outputs.ts";
import { providerConfig, requireProvider } from "./provider.ts";
import { hasDisconnectReasons, isNeo } from "./source.ts";
import { keepState } from "./state.ts";
import { keptData } from "./stores/kept-data.ts";
import { makeStores, type StageStores } from "./stores/stores.ts";
import { Topics } from "./topics.ts";
import type { CloudwatchAlarm } from "./watching/alarm.ts";
import { Alarms } from "./watching/alarms.ts";
import { makeBudget } from "./watching/budget.ts";
import { makeDashboard } from "./watching/dashboard.ts";
import { forwardAlarms, makesAttempts } from "./watching/forward-alarms.ts";
import { archiveAlarms, type KeptQueue, oldestMessageAlarms, tableAlarm } from "./watching/stage-alarms.ts";
import { silentTopicAlarms } from "./watching/topic-silence.ts";

/** The functions of a stage, and their bundles. */
export interface StageContents {
  readonly functions: readonly FunctionDefinition[];
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
}

/**
 * All resources of one stage, derived from the definitions of its functions and the configuration of the
 * stage.
 */
export class StageStack extends TerraformStack {
  constructor(scope: Construct, config: StageConfig, { functions, bundleZip }: StageContents) {
    super(scope, stackName(config.name));
    checkStage(config, functions);
    const deployed = deployedFunctions(config, functions);
    new AwsProvider(this, "aws", providerConfig(config));
    requireProvider(this);
    keepState(this, config);
    const account = new DataAwsCallerIdentity(this, "account").accountId;
    const { partition } = new DataAwsPartition(this, "partition");
    const stores = makeStores(this, config, keptData(config, functions), { account, partition });
    const { tables, archives, arns } = stores;
    makeDestinations(this, config, stores.made.get(destinationsTable.name));
    const ownArn = (service: string, resource: string) =>
      `arn:${partition}:${service}:${config.region}:${account}:${resource}`;
    const topics = new Topics(this, config);
    const sourceAlarms = hasDisconnectReasons(config)
      ? [makeDisconnectReasons(this, config, topics, account)]
      : [];
    const made = deployed.map((one) => new FunctionResources(this, config, one, topics));
    const places: FunctionDependencies = {
      bundleZip,
      topicArnOf: (event: EventType) => topics.ownArn(event),
      resourceArn: (name: string) => arnOf(arns, name),
      queueOf: (name: string) => queueOf(made, name),
      parametersArn: (name: string) => ownArn("ssm", `parameter${parametersPrefix(config.name, name)}/*`),
      targets: config.targets ?? {},
      archived: archivedEvents(deployed),
      archiveBucket: archives[0]?.archive.bucket.bucket,
      subscriptions: subscriptionsOf(config, made),
      arnOf: ownArn,
    };
    for (const one of made) one.deploy(places);
    if (isNeo(config)) {
      const queue = queueOf(made, neoEvents.name);
      if (queue === undefined) throw new TypeError(`The stack has no queue of ${neoEvents.name}.`);
      sourceAlarms.push(...new NeoSource(this, config, { account, topics, queue }).alarms());
    }
    const events = new Set(triggeredBy(deployed, "topics").flatMap((webhook) => webhook.events));
    const subscribed = topics.of([...events]);
    const alarmArns = new Alarms(this, config, account).add([
      ...made.flatMap((one) => one.alarms()),
      ...(deployed.some(makesAttempts) ? forwardAlarms(config) : []),
      ...storeAlarms(config, stores),
      ...(config.production ? oldestMessageAlarms(made.flatMap(keptQueues)) : []),
      ...(config.production ? silentTopicAlarms(subscribed) : []),
      ...sourceAlarms,
    ]);
    makeBudget(this, config);
    const parts = {
      tables: tables.flatMap(deployedTables).map(({ name }) => name),
      parameters: parametersOf(deployed),
      archive: archives[0]?.archive,
      functions: made,
      topics: subscribed,
    };
    makeDashboard(this, config, parts, alarmArns);
    writeOutputs(this, config, parts);
    config.customize?.(this);
  }
}

/**
 * Returns the functions of a stage, with its changes.
 *
 * @throws {TypeError} for two functions of one name, and for one that uses a queue that is not there.
 */
function deployedFunctions(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): readonly DeployedFunction[] {
  checkNames(config, functions);
  const deployed = changedFunctions(config, functions);
  const withQueue = triggeredBy(deployed, "topics", "queue").filter(
    (one) => one.trigger === "queue" || one.delivery === "queue",
  );
  checkQueues(config, deployed, {
    known: functions.map(({ name }) => name),
    deployed: withQueue.map(({ name }) => name),
  });
  return deployed;
}

/**
 * Returns the event types of which every event is archived: those of the webhooks that write to a stream,
 * without a filter policy.
 */
function archivedEvents(functions: readonly DeployedFunction[]): readonly EventType[] {
  const writers = triggeredBy(functions, "topics").filter(
    (webhook) => webhook.filterPolicy === undefined && streamsOf(webhook).length > 0,
  );
  return [...new Set(writers.flatMap(({ events }) => events))];
}

/** Names of the secret parameters that functions read. */
function parametersOf(functions: readonly FunctionDefinition[]): string[] {
  const uses = functions.flatMap(({ resources }) => Object.values(resources));
  return [...new Set(uses.flatMap((use) => (use.kind === "parameters" ? [use.parameters] : [])))];
}

function storeAlarms(config: StageConfig, { tables, archives }: StageStores): CloudwatchAlarm[] {
  return [
    ...archives.flatMap(({ archive, stream }) =>
      archiveAlarms(archive, stream.bufferS, config.archive?.format === "parquet"),
    ),
    ...(config.production ? tables.map((table) => tableAlarm(table, (name) => nameOf(config, name))) : []),
  ];
}

function keptQueues({ definition, queues }: FunctionResources): KeptQueue[] {
  if (queues?.queue === undefined || !("queue" in definition)) return [];
  return [{ function: definition.name, queue: queues.queue, retentionS: definition.queue.retentionS }];
}

function arnOf(arns: ReadonlyMap<string, string>, name: string): string {
  const arn = arns.get(name);
  if (arn === undefined) throw new TypeError(`The stack has no table or stream ${name}.`);
  return arn;
}

function queueOf(made: readonly FunctionResources[], name: string): SqsQueue | undefined {
  return made.find(({ definition }) => definition.name === name)?.queues?.queue;
}
