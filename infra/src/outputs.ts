import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter/index.js";
import { outputsParameter, type StageOutputs } from "@rainhooks/stage/outputs";
import { integrationName, parametersPrefix, type QueuedFunction, streamsOf } from "@rainhooks/webhook/define";
import { describeSettings } from "@rainhooks/webhook/environment";
import { Fn, TerraformLocal, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Archive } from "./archive/archive.ts";
import type { StageConfig } from "./config/config.ts";
import { nameOf } from "./names.ts";
import type { QueryApi } from "./query-api/query-api.ts";
import type { ScheduledResources } from "./scheduled/scheduled.ts";
import type { StoreWork } from "./store-work/store-work.ts";
import type { FoundTopic } from "./topics.ts";
import { stageSettings } from "./webhook/settings.ts";
import type { WebhookResources } from "./webhook/webhook-stack.ts";
import type { WorkerResources } from "./worker/worker-stack.ts";

/** The parts of a stage. */
export interface StageParts {
  /** Names of its tables within the stage. */
  readonly tables: readonly string[];
  /** Names of its secret parameters within the stage. */
  readonly parameters: readonly string[];
  readonly archive: Archive | undefined;
  readonly webhooks: readonly WebhookResources[];
  readonly workers: readonly WorkerResources[];
  readonly scheduled: readonly ScheduledResources[];
  readonly queryApi: QueryApi | undefined;
  readonly storeWork: StoreWork | undefined;
  readonly topics: readonly FoundTopic[];
}

/** Publishes the names and URLs of a stage: as Terraform outputs, and as an SSM parameter that the command line reads. */
export function writeOutputs(scope: Construct, config: StageConfig, parts: StageParts): void {
  const value = outputsOf(config, parts);
  // In an expression, cdktf would not escape quotes.
  const json = new TerraformLocal(scope, "outputs-json", JSON.stringify(value));
  new SsmParameter(scope, "outputs", {
    name: outputsParameter(config.name),
    type: "String",
    // A standard parameter holds 4 KB, the largest one 8 KB: less than the outputs of a stage with a few webhooks have.
    tier: "Intelligent-Tiering",
    value: Fn.base64gzip(json.asString),
  });
  new TerraformOutput(scope, "stage", { value });
}

function outputsOf(config: StageConfig, parts: StageParts): StageOutputs {
  const { name: stage, region, integration = integrationName(stage) } = config;
  const { tables, parameters, archive, webhooks, workers, scheduled, queryApi, storeWork, topics } = parts;
  return {
    stage,
    region,
    integration,
    tables: Object.fromEntries(tables.map((name) => [name, nameOf(config, name)])),
    parameters: Object.fromEntries(parameters.map((name) => [name, parametersPrefix(stage, name)])),
    ...(archive === undefined ? {} : { archive: archiveOutputs(config, archive, webhooks) }),
    webhooks: Object.fromEntries(
      webhooks.map((made) => [
        made.webhook.name,
        {
          ...(made.webhook.delivery === "firehose" ? { delivery: "firehose" as const } : {}),
          ...queuedOutputs(config, made.webhook, made),
          ...replayOutputs(made),
        },
      ]),
    ),
    workers: Object.fromEntries(
      workers.map((made) => [made.worker.name, queuedOutputs(config, made.worker, made)]),
    ),
    scheduled: Object.fromEntries(
      scheduled.map(({ definition: { name, everyMinutes }, function: lambda }) => [
        name,
        { function: lambda.functionName, everyMinutes },
      ]),
    ),
    ...listenOutputs(config, topics),
    ...(queryApi === undefined
      ? {}
      : {
          queryApi: {
            function: queryApi.function.functionName,
            url: queryApi.url.functionUrl,
          },
        }),
    ...(storeWork === undefined
      ? {}
      : {
          storeWork: {
            function: storeWork.function.functionName,
            maxConcurrency: storeWork.maxConcurrency,
          },
        }),
  };
}

function listenOutputs(config: StageConfig, topics: readonly FoundTopic[]): Pick<StageOutputs, "listen"> {
  if (!mayListen(config)) return {};
  return {
    listen: {
      queuePrefix: nameOf(config, "listen-"),
      topics: Object.fromEntries(topics.map(({ id, arn }) => [id, arn])),
    },
  };
}

/** True if developers may listen to the events of a stage. */
export function mayListen({ listen, production }: StageConfig): boolean {
  return listen ?? !production;
}

function archiveOutputs(
  { archive: { deleteAfterDays } = {} }: StageConfig,
  { bucket, stream, catalog, description }: Archive,
  webhooks: readonly WebhookResources[],
): NonNullable<StageOutputs["archive"]> {
  const { database, table, workgroup } = catalog;
  const writer = webhooks.find(({ webhook }) =>
    streamsOf(webhook).some(({ name }) => name === description.name),
  );
  return {
    bucket: bucket.bucket.bucket,
    stream: stream.name,
    bufferS: description.bufferS,
    ...(deleteAfterDays === undefined ? {} : { deleteAfterDays }),
    ...(writer?.queue === undefined ? {} : { queueUrl: writer.queue.id }),
    ...(writer === undefined ? {} : { topics: topicsOf(writer) }),
    athena: { database: database.name, table: table.name, workgroup: workgroup.name },
  };
}

/** Returns the ARNs of a webhook's topics, by event type; those of further topics by name. */
function topicsOf({ topics }: Pick<WebhookResources, "topics">): Record<string, string> {
  return Object.fromEntries(topics.map(({ id, arn }) => [id, arn]));
}

/** Returns where replays for a webhook send to, if it accepts them. */
function replayOutputs({
  replayQueue,
  topics,
  webhook: { filterPolicy, replay },
}: WebhookResources): Pick<StageOutputs["webhooks"][string], "replay"> {
  if (replayQueue === undefined) return {};
  const policy = Object.entries(filterPolicy ?? {}).map(([name, values]) => [name, [...values]]);
  return {
    replay: {
      queueUrl: replayQueue.id,
      topics: topicsOf({ topics }),
      ...(policy.length === 0 ? {} : { filterPolicy: Object.fromEntries(policy) }),
      ...(replay === "accept-addressed" ? { needsAddress: true } : {}),
    },
  };
}

/** Returns the outputs of a function that reads its own queue. */
function queuedOutputs(
  config: StageConfig,
  definition: Pick<QueuedFunction, "name" | "function" | "settings" | "sameAs">,
  { function: lambda, queue, deadLetters }: Pick<WebhookResources, "function" | "queue" | "deadLetters">,
) {
  const settings = describeSettings(definition.settings, stageSettings(config, definition).variables);
  return {
    ...(lambda === undefined
      ? {}
      : { function: lambda.functionName, timeoutS: definition.function.timeoutS }),
    ...(queue === undefined ? {} : { queueUrl: queue.id }),
    deadLetterQueueUrl: deadLetters.id,
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}
