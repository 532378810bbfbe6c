import { shortType } from "@rainhooks/core";
import { filterRulesTable } from "@rainhooks/filter/table";
import { LOCAL_REGION, type StageOutputs } from "@rainhooks/stage";
import {
  type Api,
  deployedName,
  type ScheduledFunction,
  type SetSettings,
  type Webhook,
} from "@rainhooks/webhook/define";
import { describeSettings } from "@rainhooks/webhook/environment";
import type { ProvisionedStage } from "../provision/provision.ts";
import type { FunctionSettings } from "./start-pool.ts";

/** What the outputs of a local stage are made of. */
export interface OutputParts {
  readonly stage: string;
  readonly webhooks: readonly Webhook[];
  readonly scheduled: readonly ScheduledFunction[];
  readonly api: Api;
  readonly provisioned: ProvisionedStage;
  readonly apiUrl: string;
  readonly settingsOf: (definition: FunctionSettings) => SetSettings;
}

/** Returns the outputs of a local stage, in the format of a deployed one. */
export function outputsOf({
  stage,
  webhooks,
  scheduled,
  api,
  provisioned,
  apiUrl,
  settingsOf,
}: OutputParts): StageOutputs {
  const resources = [...webhooks, ...scheduled, api].flatMap((one) => Object.values(one.resources));
  const tables = resources.flatMap((one) => (one.kind === "table" ? [one.table.name] : []));
  const [stream] = resources.flatMap((one) => (one.kind === "stream" ? [one.stream] : []));
  return {
    stage,
    region: LOCAL_REGION,
    tables: Object.fromEntries(
      [filterRulesTable.name, ...tables].map((name) => [name, deployedName(stage, name)]),
    ),
    ...(stream === undefined
      ? {}
      : {
          archive: {
            bucket: deployedName(stage, stream.bucket),
            stream: deployedName(stage, stream.name),
          },
        }),
    webhooks: webhookOutputs({ stage, webhooks, provisioned, settingsOf }),
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
  };
}

function webhookOutputs({
  stage,
  webhooks,
  provisioned,
  settingsOf,
}: Pick<OutputParts, "stage" | "webhooks" | "provisioned" | "settingsOf">): StageOutputs["webhooks"] {
  const running = new Map(webhooks.map((webhook) => [webhook.name, webhook]));
  const made = [...provisioned.queues].map(([name, { queue, deadLetters }]) => {
    const webhook = running.get(name);
    const urls = { queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url };
    if (webhook === undefined) return [name, urls];
    const settings = describeSettings(webhook.settings, settingsOf(webhook).variables);
    const shown = Object.keys(settings).length === 0 ? {} : { settings };
    return [name, { function: deployedName(stage, name), ...urls, ...shown }];
  });
  return Object.fromEntries(made);
}
