import type { TableDescription } from "@rainhooks/dynamodb";
import { createTable } from "@rainhooks/embedded-dynamodb";
import { filterRulesTable } from "@rainhooks/filter/table";
import type { AwsClients } from "@rainhooks/stage";
import { type Api, deployedName, type Webhook } from "@rainhooks/webhook/define";
import { provisionQueues, type WebhookQueues } from "./queues.ts";
import { provisionStream } from "./streams.ts";
import { provisionTopics, subscribe, type TopicArns } from "./topics.ts";

/** The created resources of a stage. */
export interface ProvisionedStage {
  readonly topics: TopicArns;
  /** Queues by the webhook's name. */
  readonly queues: ReadonlyMap<string, WebhookQueues>;
}

/** Creates the resources that the definitions of a stage's webhooks and API need. Existing ones are kept. */
export async function provisionStage(
  clients: AwsClients,
  stage: string,
  webhooks: readonly Webhook[],
  api?: Api,
): Promise<ProvisionedStage> {
  const functions = api === undefined ? webhooks : [...webhooks, api];
  const resources = functions.flatMap(({ resources }) => Object.values(resources));
  const provisionTable = (table: TableDescription) =>
    createTable(clients.dynamodb, deployedName(stage, table.name), table);
  await provisionTable(filterRulesTable);
  for (const resource of resources) {
    if (resource.kind === "table") await provisionTable(resource.table);
    else await provisionStream(clients, stage, resource.stream);
  }
  const topics = await provisionTopics(clients.sns);
  const queues = new Map<string, WebhookQueues>();
  for (const webhook of webhooks) {
    const own = await provisionQueues(clients.sqs, stage, webhook);
    await subscribe(clients.sns, webhook, topics, own);
    queues.set(webhook.name, own);
  }
  return { topics, queues };
}
