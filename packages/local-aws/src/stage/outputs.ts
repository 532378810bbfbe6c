import { LOCAL_REGION, shortType } from "@rainhooks/core";
import { deployedTables } from "@rainhooks/dynamodb";
import type { StageOutputs } from "@rainhooks/stage";
import { STAGE_TABLES } from "@rainhooks/stage/stage-tables";
import {
  type Api,
  deployedName,
  integrationName,
  type QueuedFunction,
  type ScheduledFunction,
  type SetSettings,
  type StreamDescription,
  streamsOf,
  type Webhook,
  type Worker,
} from "@rainhooks/webhook/define";
import { describeSettings } from "@rainhooks/webhook/environment";
import type { ProvisionedStage } from "../provision/provision.ts";
import type { WebhookQueues } from "../provision/queues.ts";
import { parametersPlace } from "./parameters-place.ts";
import type { RunningInvoked } from "./start-invoked.ts";
import type { FunctionSettings } from "./start-pool.ts";

/** What the outputs of a local stage are made of. */
export interface OutputParts {
  readonly stage: string;
  readonly dataDir: string;
  readonly webhooks: readonly Webhook[];
  readonly byFirehose: readonly Webhook[];
  readonly workers: readonly Worker[];
  readonly scheduled: readonly ScheduledFunction[];
  readonly api: Api;
  readonly provisioned: ProvisionedStage;
  readonly apiUrl: string;
  readonly storeWork: RunningInvoked | undefined;
  readonly settingsOf: (definition: FunctionSettings) => SetSettings;
}

/** Returns the outputs of a local stage, in the format of a deployed one. */
export function outputsOf({
  stage,
  dataDir,
  webhooks,
  byFirehose,
  workers,
  scheduled,
  api,
  provisioned,
  apiUrl,
  storeWork,
  settingsOf,
}: OutputParts): StageOutputs {
  const resources = [...webhooks, ...byFirehose, ...workers, ...scheduled, api].flatMap((one) =>
    Object.values(one.resources),
  );
  const tables = resources.flatMap((one) => (one.kind === "table" ? deployedTables(one.table) : []));
  const [archived] = [...webhooks, ...byFirehose].flatMap((webhook) =>
    streamsOf(webhook).map((stream) => ({ webhook, stream })),
  );
  return {
    stage,
    region: LOCAL_REGION,
    integration: integrationName(stage),
    tables: Object.fromEntries(
      [...STAGE_TABLES, ...tables].map(({ name }) => [name, deployedName(stage, name)]),
    ),
    ...(archived === undefined ? {} : { archive: archiveOutputs(stage, archived, provisioned) }),
    webhooks: {
      ...withReplays(
        webhooks,
        provisioned,
        queuedOutputs(webhooks, provisioned.queues, { stage, settingsOf }),
      ),
      ...byFirehoseOutputs(provisioned),
    },
    parameters: Object.fromEntries(
      resources.flatMap((one) =>
        one.kind === "parameters" ? [[one.parameters, parametersPlace(dataDir, one.parameters)]] : [],
      ),
    ),
    workers: queuedOutputs(workers, provisioned.workers, { stage, settingsOf }),
    scheduled: Object.fromEntries(
      scheduled.map(({ name, everyMinutes }) => [
        name,
        { function: deployedName(stage, name), everyMinutes },
      ]),
    ),
    listen: {
      queuePrefix: deployedName(stage, "listen-"),
      topics: Object.fromEntries([...provisioned.topics].map(([type, arn]) => [shortType(type), arn])),
    },
    queryApi: { function: deployedName(stage, api.name), url: apiUrl },
    ...(storeWork === undefined
      ? {}
      : {
          storeWork: {
            function: storeWork.name,
            maxConcurrency: storeWork.maxConcurrency,
            endpoint: storeWork.endpoint,
          },
        }),
  };
}

/** The outputs of webhooks whose messages SNS writes to their streams itself: neither queue nor function. */
function byFirehoseOutputs({ byFirehose }: ProvisionedStage): StageOutputs["webhooks"] {
  return Object.fromEntries(
    [...byFirehose].map(([name, { url }]) => [
      name,
      { delivery: "firehose" as const, deadLetterQueueUrl: url },
    ]),
  );
}

function archiveOutputs(
  stage: string,
  { webhook, stream }: { readonly webhook: Webhook; readonly stream: StreamDescription },
  { queues, topics }: ProvisionedStage,
): NonNullable<StageOutputs["archive"]> {
  const queueUrl = queues.get(webhook.name)?.queue.url;
  return {
    bucket: deployedName(stage, stream.bucket),
    stream: deployedName(stage, stream.name),
    bufferS: stream.bufferS,
    ...(queueUrl === undefined ? {} : { queueUrl }),
    topics: topicsOf(webhook, topics),
  };
}

/** Adds where replays send to, of the webhooks that accept them. */
function withReplays(
  webhooks: readonly Webhook[],
  { queues, topics }: ProvisionedStage,
  outputs: StageOutputs["webhooks"],
): StageOutputs["webhooks"] {
  const added = webhooks.flatMap(({ name, events, replay }) => {
    const [queue, own] = [queues.get(name)?.replay, outputs[name]];
    if (queue === undefined || own === undefined) return [];
    const needsAddress = replay === "accept-addressed" ? { needsAddress: true } : {};
    const to = { queueUrl: queue.url, topics: topicsOf({ events }, topics), ...needsAddress };
    return [[name, { ...own, replay: to }] as const];
  });
  return { ...outputs, ...Object.fromEntries(added) };
}

/** Returns the ARNs of a webhook's topics, by event type. */
function topicsOf(
  { events }: Pick<Webhook, "events">,
  topics: ProvisionedStage["topics"],
): Record<string, string> {
  return Object.fromEntries(events.map((type) => [shortType(type), topics.get(type) ?? ""]));
}

/** Returns the outputs of functions that read their own queues. */
function queuedOutputs(
  functions: readonly QueuedFunction[],
  queues: ReadonlyMap<string, WebhookQueues>,
  { stage, settingsOf }: Pick<OutputParts, "stage" | "settingsOf">,
): StageOutputs["webhooks"] {
  const running = new Map(functions.map((one) => [one.name, one]));
  const made = [...queues].map(([name, { queue, deadLetters }]) => {
    const definition = running.get(name);
    const urls = { queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url };
    if (definition === undefined) return [name, urls];
    const settings = describeSettings(definition.settings, settingsOf(definition).variables);
    const shown = Object.keys(settings).length === 0 ? {} : { settings };
    const { timeoutS } = definition.function;
    return [name, { function: deployedName(stage, name), timeoutS, ...urls, ...shown }];
  });
  return Object.fromEntries(made);
}
