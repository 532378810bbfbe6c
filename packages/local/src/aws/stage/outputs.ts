import { shortType } from "@rainhooks/core/catalog";
import { LOCAL_REGION } from "@rainhooks/core/emulator";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { functionOutputs } from "@rainhooks/stage/function-outputs";
import { DEFAULT_SOURCE, type FunctionOutputs, type StageOutputs } from "@rainhooks/stage/outputs";
import type { StageFile } from "@rainhooks/stage/stage-file";
import { STAGE_TABLES } from "@rainhooks/stage/tables/stage-tables";
import {
  type FunctionDefinition,
  triggeredBy,
  type Webhook,
} from "@rainhooks/webhook/define-function";
import { deployedName, integrationName } from "@rainhooks/webhook/names";
import { hasRounds, streamsOf, tablesOf, toSubscriptions } from "@rainhooks/webhook/resources";
import type { Emulators } from "../emulators/start-emulators.ts";
import type { ProvisionedStage } from "../provision/provision.ts";
import type { RunningFunctions } from "./running-functions.ts";
import {
  localConcurrency,
  parametersPlace,
  type StageOptions,
  settingsOn,
} from "./stage-options.ts";

/** What runs of a stage. */
export interface StageParts {
  readonly emulators: Emulators;
  readonly provisioned: ProvisionedStage;
  readonly functions: readonly FunctionDefinition[];
  readonly running: RunningFunctions;
}

/**
 * Returns the file of a running stage, with outputs in the format of a deployed one.
 *
 * @param rainmaker The address of a RainMaker in front of the stage.
 */
export function stageFile(
  options: StageOptions,
  { emulators, provisioned, functions, running }: StageParts,
  rainmaker: StageFile["rainmaker"],
): StageFile {
  const { name: stage, dataDir, tables: further = [], source = DEFAULT_SOURCE } = options;
  const own = new Map(running.all.map((one) => [one.definition.name, one]));
  const current = functions.map((one) => own.get(one.name)?.definition ?? one);
  const resources = current.flatMap((one) => Object.values(one.resources));
  const tables = current.flatMap(tablesOf).flatMap(deployedTables);
  const archive = archiveOutputs(stage, current, provisioned);
  const archiveDir = archive && emulators.bucketDir?.(archive.bucket);
  const outputs: StageOutputs = {
    stage,
    region: LOCAL_REGION,
    integration: integrationName(stage),
    ...(source === DEFAULT_SOURCE ? {} : { source }),
    tables: Object.fromEntries(
      [...STAGE_TABLES, ...further, ...tables].map(({ name }) => [name, deployedName(stage, name)]),
    ),
    ...(archive === undefined ? {} : { archive }),
    ...(hasRounds(current) ? { rounds: roundsOutputs(stage, current, provisioned) } : {}),
    functions: Object.fromEntries(
      current.map((one) => [
        one.name,
        outputsOfFunction(options, one, provisioned, own.get(one.name)?.address),
      ]),
    ),
    parameters: Object.fromEntries(
      resources.flatMap((one) =>
        one.kind === "parameters"
          ? [[one.parameters, parametersPlace(dataDir, one.parameters)]]
          : [],
      ),
    ),
  };
  const [arn = ""] = provisioned.topics.values();
  return {
    pid: process.pid,
    endpoint: emulators.endpoint,
    topicArnPrefix: arn.slice(0, arn.lastIndexOf(":") + 1),
    outputs,
    ...(archiveDir === undefined ? {} : { archiveDir }),
    ...(rainmaker === undefined ? {} : { rainmaker }),
  };
}

/** Returns what the rounds are told of a stage that tells nobody but those who ask. */
function roundsOutputs(
  stage: string,
  functions: readonly FunctionDefinition[],
  { topics }: ProvisionedStage,
): NonNullable<StageOutputs["rounds"]> {
  const webhooks = triggeredBy(functions, "topics").map(({ name, events }) => ({
    endpoint: deployedName(stage, name),
    topics: events.map((id) => ({ id, arn: topics.get(id) ?? "" })),
  }));
  const subscriptions = toSubscriptions(webhooks);
  return { topics: [], urgentTopics: [], mute: [], hourly: [], subscriptions };
}

function outputsOfFunction(
  options: StageOptions,
  definition: FunctionDefinition,
  provisioned: ProvisionedStage,
  address: string | undefined,
): FunctionOutputs {
  const isExternal = definition.trigger === "topics" && definition.runtime === "external";
  const own = provisioned.queues.get(definition.name);
  return functionOutputs(onThisMachine(definition), {
    function: isExternal ? undefined : deployedName(options.name, definition.name),
    variables: settingsOn(options)(definition).variables,
    queueUrl: own?.queue.url,
    deadLetterQueueUrl: own?.deadLetters.url,
    replay:
      own?.replay && definition.trigger === "topics"
        ? { queueUrl: own.replay.url, topics: topicsOf(definition, provisioned.topics) }
        : undefined,
    paused: options.paused?.includes(definition.name),
    address,
  });
}

/** A machine has fewer processors than Lambda. */
function onThisMachine(definition: FunctionDefinition): FunctionDefinition {
  if (definition.trigger !== "invocation") return definition;
  return { ...definition, maxConcurrency: localConcurrency(definition.maxConcurrency) };
}

function archiveOutputs(
  stage: string,
  functions: readonly FunctionDefinition[],
  { queues, topics }: ProvisionedStage,
): StageOutputs["archive"] {
  const webhook = triggeredBy(functions, "topics").find((one) => streamsOf(one).length > 0);
  const [stream] = webhook === undefined ? [] : streamsOf(webhook);
  if (webhook === undefined || stream === undefined) return undefined;
  const queueUrl = queues.get(webhook.name)?.queue.url;
  return {
    bucket: deployedName(stage, stream.bucket),
    stream: deployedName(stage, stream.name),
    bufferS: stream.bufferS,
    ...(queueUrl === undefined ? {} : { queueUrl }),
    topics: topicsOf(webhook, topics),
  };
}

/** Returns the ARNs of a webhook's topics, by event type. */
function topicsOf(
  { events }: Pick<Webhook, "events">,
  topics: ProvisionedStage["topics"],
): Record<string, string> {
  return Object.fromEntries(events.map((type) => [shortType(type), topics.get(type) ?? ""]));
}
