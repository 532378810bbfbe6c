import { shortType } from "@rainhooks/core/catalog";
import { LOCAL_REGION } from "@rainhooks/core/emulator";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { functionOutputs } from "@rainhooks/stage/function-outputs";
import { DEFAULT_SOURCE, type FunctionOutputs, type StageOutputs } from "@rainhooks/stage/outputs";
import { STAGE_TABLES } from "@rainhooks/stage/tables/stage-tables";
import type { FunctionDefinition, Webhook } from "@rainhooks/webhook/define-function";
import { deployedName, integrationName } from "@rainhooks/webhook/names";
import { streamsOf } from "@rainhooks/webhook/resources";
import type { SetSettings } from "@rainhooks/webhook/settings/set-settings";
import type { ProvisionedStage } from "../provision/provision.ts";
import type { FunctionQueues } from "../provision/queues.ts";
import { type FunctionSettings, localConcurrency } from "./function-options.ts";
import { parametersPlace } from "./parameters-place.ts";

/** What the outputs of a local stage are made of. */
export interface OutputsInput {
  readonly stage: string;
  readonly dataDir: string;
  /** Name of the source of its events. */
  readonly source: string;
  readonly functions: readonly FunctionDefinition[];
  readonly provisioned: ProvisionedStage;
  /** Returns where requests to a function go, or where programs invoke it. */
  readonly addressOf: (name: string) => string | undefined;
  readonly settingsOf: (definition: FunctionSettings) => SetSettings;
  /** Names of functions that leave in their queues what comes. */
  readonly paused: readonly string[];
}

/** Returns the outputs of a local stage, in the format of a deployed one. */
export function outputsOf(input: OutputsInput): StageOutputs {
  const { stage, dataDir, source, functions } = input;
  const resources = functions.flatMap((one) => Object.values(one.resources));
  const tables = resources.flatMap((one) => (one.kind === "table" ? deployedTables(one.table) : []));
  return {
    stage,
    region: LOCAL_REGION,
    integration: integrationName(stage),
    ...(source === DEFAULT_SOURCE ? {} : { source }),
    tables: Object.fromEntries(
      [...STAGE_TABLES, ...tables].map(({ name }) => [name, deployedName(stage, name)]),
    ),
    ...archiveOutputs(input),
    functions: Object.fromEntries(functions.map((one) => [one.name, outputsOfFunction(input, one)])),
    parameters: Object.fromEntries(
      resources.flatMap((one) =>
        one.kind === "parameters" ? [[one.parameters, parametersPlace(dataDir, one.parameters)]] : [],
      ),
    ),
  };
}

function outputsOfFunction(input: OutputsInput, definition: FunctionDefinition): FunctionOutputs {
  const { stage, provisioned, addressOf, settingsOf, paused } = input;
  const isExternal = definition.trigger === "topics" && definition.runtime === "external";
  const own = provisioned.queues.get(definition.name);
  return functionOutputs(onThisMachine(definition), {
    function: isExternal ? undefined : deployedName(stage, definition.name),
    variables: settingsOf(definition).variables,
    queueUrl: own?.queue.url,
    deadLetterQueueUrl: own?.deadLetters.url,
    replay: own && definition.trigger === "topics" ? replayOf(definition, own, provisioned) : undefined,
    paused: paused.includes(definition.name),
    address: addressOf(definition.name),
  });
}

/** A machine has fewer processors than Lambda. */
function onThisMachine(definition: FunctionDefinition): FunctionDefinition {
  if (definition.trigger !== "invocation") return definition;
  return { ...definition, maxConcurrency: localConcurrency(definition.maxConcurrency) };
}

/** Returns where replays for a webhook send to, if it accepts them. */
function replayOf({ events, replay }: Webhook, own: FunctionQueues, { topics }: ProvisionedStage) {
  if (own.replay === undefined) return undefined;
  return {
    queueUrl: own.replay.url,
    topics: topicsOf({ events }, topics),
    ...(replay === "accept-addressed" ? { needsAddress: true } : {}),
  };
}

function archiveOutputs({ stage, functions, provisioned }: OutputsInput): Pick<StageOutputs, "archive"> {
  const [archived] = functions.flatMap((one) =>
    one.trigger === "topics" ? streamsOf(one).map((stream) => ({ webhook: one, stream })) : [],
  );
  if (archived === undefined) return {};
  const { webhook, stream } = archived;
  const queueUrl = provisioned.queues.get(webhook.name)?.queue.url;
  return {
    archive: {
      bucket: deployedName(stage, stream.bucket),
      stream: deployedName(stage, stream.name),
      bufferS: stream.bufferS,
      ...(queueUrl === undefined ? {} : { queueUrl }),
      topics: topicsOf(webhook, provisioned.topics),
    },
  };
}

/** Returns the ARNs of a webhook's topics, by event type. */
function topicsOf(
  { events }: Pick<Webhook, "events">,
  topics: ProvisionedStage["topics"],
): Record<string, string> {
  return Object.fromEntries(events.map((type) => [shortType(type), topics.get(type) ?? ""]));
}
