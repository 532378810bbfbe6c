import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter/index.js";
import { nameOf } from "@rainhooks/stack/config/config";
import type { FunctionResources } from "@rainhooks/stack/function/function-resources";
import { logDaysOf } from "@rainhooks/stack/function/lambda";
import { stageSettings } from "@rainhooks/stack/function/settings";
import { silentAfterHours } from "@rainhooks/stack/function/triggers/topics-alarms";
import { functionOutputs } from "@rainhooks/stage/function-outputs";
import {
  type FunctionOutputs,
  outputsParameter,
  type StageOutputs,
} from "@rainhooks/stage/outputs";
import { VERSION } from "@rainhooks/stage/version";
import { integrationName, parametersPrefix } from "@rainhooks/webhook/names";
import { streamsOf } from "@rainhooks/webhook/resources";
import { Fn, TerraformLocal, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { ArchiveResources } from "./archive/archive.ts";
import { RESULT_RETENTION_DAYS } from "./archive/catalog.ts";
import { networkOf, type StageConfig } from "./config.ts";
import { PARTS } from "./parts.ts";
import { recoveryDaysOf } from "./stores/stores.ts";

/** What a stage is made of, as far as its outputs say it. */
export interface StageResources {
  /** Names of its tables within the stage. */
  readonly tables: readonly string[];
  /** Names of its secret parameters within the stage. */
  readonly parameters: readonly string[];
  readonly archive: ArchiveResources | undefined;
  readonly functions: readonly FunctionResources[];
  /** What the rounds are told; `undefined` in a stage without. */
  readonly rounds: StageOutputs["rounds"];
}

/**
 * Publishes the names and URLs of a stage: as Terraform outputs, and as an SSM parameter that the
 * command line reads.
 */
export function writeOutputs(
  scope: Construct,
  config: StageConfig,
  resources: StageResources,
): void {
  const value = outputsOf(config, resources);
  // In an expression, cdktf would not escape quotes.
  const json = new TerraformLocal(scope, "outputs-json", JSON.stringify(value));
  new SsmParameter(scope, "outputs", {
    name: outputsParameter(config.name),
    type: "String",
    // A standard parameter holds 4 KB, the largest one 8 KB: less than the outputs of a stage with
    // a few webhooks have.
    tier: "Intelligent-Tiering",
    value: Fn.base64gzip(json.asString),
  });
  new TerraformOutput(scope, "stage", { value });
}

function outputsOf(config: StageConfig, resources: StageResources): StageOutputs {
  const { name: stage, region, integration = integrationName(stage) } = config;
  const { tables, parameters, archive, functions, rounds } = resources;
  return {
    version: VERSION,
    leavesOutTrials: true,
    stage,
    region,
    integration,
    ...Object.assign({}, ...PARTS.map((part) => part.outputs?.(config) ?? {})),
    tables: Object.fromEntries(tables.map((name) => [name, nameOf(config, name)])),
    parameters: Object.fromEntries(parameters.map((name) => [name, parametersPrefix(stage, name)])),
    retention: {
      logDays: logDaysOf(config),
      recoveryDays: recoveryDaysOf(config),
      resultDays: RESULT_RETENTION_DAYS,
      ...(config.auditDays === undefined ? {} : { auditDays: config.auditDays }),
    },
    ...(archive === undefined ? {} : { archive: archiveOutputs(config, archive, functions) }),
    functions: Object.fromEntries(
      functions.map((made) => [made.definition.name, outputsOfFunction(made)]),
    ),
    ...(rounds === undefined ? {} : { rounds }),
    ...egressOutputs(config, resources),
  };
}

function egressOutputs(
  config: StageConfig,
  { functions }: StageResources,
): Pick<StageOutputs, "egress"> {
  if (config.egress === undefined) return {};
  const connecting = functions.filter(
    ({ definition }) => networkOf(config, definition) !== undefined,
  );
  const names = connecting.map(({ definition }) => definition.name);
  return { egress: { functions: names, subnetIds: [...config.egress.subnetIds] } };
}

function outputsOfFunction(made: FunctionResources): FunctionOutputs {
  const { config, definition, queues, function: lambda, url } = made;
  return functionOutputs(definition, {
    function: lambda?.functionName,
    variables: stageSettings(config, definition).variables,
    queueUrl: queues?.queue.id,
    deadLetterQueueUrl: queues?.deadLetters.id,
    replay: replayOf(made),
    silentAfterHours: definition.trigger === "topics" ? silentAfterHours(definition) : undefined,
    paused: definition.paused,
    address: url?.functionUrl,
  });
}

function archiveOutputs(
  { archive: { deleteAfterDays } = {} }: StageConfig,
  { bucket, stream, catalog, description }: ArchiveResources,
  functions: readonly FunctionResources[],
): NonNullable<StageOutputs["archive"]> {
  const { database, table, workgroup } = catalog;
  const writer = functions.find(({ definition }) =>
    streamsOf(definition).some(({ name }) => name === description.name),
  );
  return {
    bucket: bucket.bucket.bucket,
    stream: stream.name,
    bufferS: description.bufferS,
    ...(deleteAfterDays === undefined ? {} : { deleteAfterDays }),
    ...(writer?.queues === undefined ? {} : { queueUrl: writer.queues.queue.id }),
    ...(writer === undefined ? {} : { topics: topicsOf(writer) }),
    athena: { database: database.name, table: table.name, workgroup: workgroup.name },
  };
}

/** Returns the ARNs of a webhook's topics, by event type; those of further topics by name. */
function topicsOf({ topics }: Pick<FunctionResources, "topics">): Record<string, string> {
  return Object.fromEntries(topics.map(({ id, arn }) => [id, arn]));
}

/** Returns where replays for a webhook send to, if it accepts them. */
function replayOf({ definition, queues, topics }: FunctionResources) {
  if (definition.trigger !== "topics" || queues?.replayQueue === undefined) return undefined;
  const policy = Object.entries(definition.filterPolicy ?? {}).map(([name, values]) => [
    name,
    [...values],
  ]);
  return {
    queueUrl: queues.replayQueue.id,
    topics: topicsOf({ topics }),
    ...(policy.length === 0 ? {} : { filterPolicy: Object.fromEntries(policy) }),
  };
}
