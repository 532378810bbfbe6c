import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import type { EventType } from "@rainhooks/core/catalog";
import { stackName } from "@rainhooks/stack/config/config";
import {
  type DeployedFunction,
  isOfParts,
  withoutOtherParts,
} from "@rainhooks/stack/function/deployment";
import {
  type FunctionDependencies,
  FunctionResources,
} from "@rainhooks/stack/function/function-resources";
import type { StackTargets } from "@rainhooks/stack/stack-part";
import { Topics } from "@rainhooks/stack/topics";
import { outputsParameter } from "@rainhooks/stage/outputs";
import { roundNames } from "@rainhooks/stage/rounds/checks";
import { type FunctionDefinition, triggeredBy } from "@rainhooks/webhook/define-function";
import { parametersPrefix } from "@rainhooks/webhook/names";
import { hasRounds, type Resource, streamsOf } from "@rainhooks/webhook/resources";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { checkStage } from "./check/check-stage.ts";
import { checkNames, checkQueues } from "./check/functions.ts";
import { type LastDeployment, refuseLostData } from "./check/lost-data.ts";
import {
  changedFunctions,
  deployedTables,
  networkOf,
  type StageConfig,
  sourcesOf,
} from "./config.ts";
import { writeOutputs } from "./outputs.ts";
import { ALL_CHECKS, PARTS } from "./parts.ts";
import { providerConfig, requireProvider } from "./provider.ts";
import { keepState } from "./state.ts";
import { stageData } from "./stores/stage-data.ts";
import { makeStores } from "./stores/stores.ts";
import { makeAlarms } from "./watching/alarms.ts";
import { makeBudget } from "./watching/budget.ts";
import { makeDashboard } from "./watching/dashboard.ts";
import { roundsOutputs, roundsStatements } from "./watching/rounds.ts";
import { archiveAlarms, tableAlarm } from "./watching/stage-alarms.ts";

/** The functions of a stage, and their bundles. */
export interface StageContents {
  readonly functions: readonly FunctionDefinition[];
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
  /** What the last deployments have made, by the names of their stages, as far as it is known. */
  readonly lastDeployments?: ReadonlyMap<string, LastDeployment>;
}

/**
 * All resources of one stage, derived from the definitions of its functions and the configuration
 * of the stage.
 */
export class StageStack extends TerraformStack {
  constructor(
    scope: Construct,
    config: StageConfig,
    { functions: all, bundleZip, lastDeployments }: StageContents,
  ) {
    super(scope, stackName(config.name));
    const last = lastDeployments?.get(config.name);
    checkStage(config, all, last);
    refuseLostData(config, all, last);
    const functions = all.map((one) => withoutOtherParts(config, one));
    const deployed = deployedFunctions(config, functions);
    new AwsProvider(this, "aws", providerConfig(config));
    requireProvider(this);
    keepState(this, config);
    const account = new DataAwsCallerIdentity(this, "account").accountId;
    const { partition } = new DataAwsPartition(this, "partition");
    const data = stageData(config, functions);
    const {
      made: tables,
      archives,
      arns,
    } = makeStores(this, config, data, {
      account,
      workFolders: namesOf(
        functions.filter((one) => isOfParts(config, one)),
        (use) => (use.kind === "archive" ? use.folder : undefined),
      ),
    });
    const stageArn = (service: string, resource: string) =>
      `arn:${partition}:${service}:${config.region}:${account}:${resource}`;
    const topics = new Topics(this, config, sourcesOf(config, deployed));
    const made = deployed.map((one) => new FunctionResources(this, config, one, topics));
    const places: FunctionDependencies = {
      bundleZip,
      topicArnOf: (event: EventType) => topics.stageTopicArn(event),
      resourceArn: (name: string) => arnOf(arns, name),
      queueOf: (name: string) => made.find((one) => one.definition.name === name)?.queues?.queue,
      parametersArn: (name: string) =>
        stageArn("ssm", `parameter${parametersPrefix(config.name, name)}/*`),
      targets: targetsOf(config),
      deployedTables: (table) => deployedTables(config, table),
      networkOf: (definition) => networkOf(config, definition),
      archived: archivedEvents(deployed),
      archiveBucket: archives[0]?.bucket.bucket,
      stageOutputs: outputsParameter(config.name),
      hasRounds: hasRounds(deployed),
      stageStatements: roundsStatements(config, made, arns, stageArn),
      arnOf: stageArn,
    };
    for (const one of made) one.deploy(places);
    const added = PARTS.flatMap(
      (part) =>
        part.make?.(config, {
          stack: this,
          account,
          topics,
          tableOf: (name) => tables.get(name),
          queueOf: places.queueOf,
        }) ?? [],
    );
    const events = new Set(triggeredBy(deployed, "topics").flatMap((webhook) => webhook.events));
    const subscribed = topics.of([...events]);
    const alarms = [
      ...made.flatMap((one) => one.alarms()),
      ...PARTS.flatMap((part) => part.alarms?.(config, deployed) ?? []),
      ...archives.flatMap(archiveAlarms),
      ...data.tables.map((table) => tableAlarm(config, table)),
      ...added,
    ];
    const hourly = places.hasRounds ? alarms.filter(({ isHourly }) => isHourly) : [];
    const queued = triggeredBy(deployed, "topics", "queue").map(({ name }) => name);
    const alarmArns = makeAlarms(
      this,
      config,
      account,
      alarms.filter(({ isHourly }) => isHourly !== true),
      places.hasRounds ? roundNames(ALL_CHECKS, queued, hourly) : [],
    );
    makeBudget(this, config);
    const parts = {
      tables: [...tables.keys()],
      parameters: namesOf(deployed, (use) =>
        use.kind === "parameters" ? use.parameters : undefined,
      ),
      archive: archives[0],
      functions: made,
      topics: subscribed,
      rounds: places.hasRounds ? roundsOutputs(config, made, hourly, stageArn) : undefined,
    };
    makeDashboard(this, config, parts, alarmArns);
    writeOutputs(this, config, parts);
    config.customize?.(this);
  }
}

/**
 * Returns the functions of a stage, with its changes.
 *
 * @throws {TypeError} for two functions of one name, and for one that uses a queue that is not
 * there.
 */
function deployedFunctions(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): readonly DeployedFunction[] {
  checkNames(config, functions);
  const deployed = changedFunctions(config, functions);
  checkQueues(config, deployed, {
    known: functions.map(({ name }) => name),
    deployed: triggeredBy(deployed, "topics", "queue").map(({ name }) => name),
  });
  return deployed;
}

/**
 * Returns the event types of which every event is archived: those of the webhooks that write to a
 * stream, without a filter policy.
 */
function archivedEvents(functions: readonly DeployedFunction[]): readonly EventType[] {
  const writers = triggeredBy(functions, "topics").filter(
    (webhook) => webhook.filterPolicy === undefined && streamsOf(webhook).length > 0,
  );
  return [...new Set(writers.flatMap(({ events }) => events))];
}

/** Returns the names of some of what functions use. */
function namesOf(
  functions: readonly FunctionDefinition[],
  nameOf: (use: Resource) => string | undefined,
): string[] {
  const uses = functions.flatMap(({ resources }) => Object.values(resources));
  return [...new Set(uses.flatMap((use) => nameOf(use) ?? []))];
}

/** The targets that functions may send to. */
function targetsOf(config: StageConfig): StackTargets {
  const all = PARTS.flatMap((part) => part.targets?.(config) ?? []);
  return {
    arns: Object.assign({}, ...all.map(({ arns }) => arns)),
    statements: all.flatMap(({ statements }) => statements),
  };
}

function arnOf(arns: ReadonlyMap<string, string>, name: string): string {
  const arn = arns.get(name);
  if (arn === undefined) throw new TypeError(`The stack has no table or stream ${name}.`);
  return arn;
}
