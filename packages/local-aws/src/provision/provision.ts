import { createTable } from "@rainhooks/embedded-dynamodb";
import { filterRulesTable } from "@rainhooks/filter/table";
import type { AwsClients } from "@rainhooks/stage";
import { deployedName, type FunctionDefinition, type Webhook } from "@rainhooks/webhook/define";
import { provisionQueues, type WebhookQueues } from "./queues.ts";
import { provisionStream } from "./streams.ts";
import { provisionTopics, subscribe, type TopicArns } from "./topics.ts";

/** The created resources of a stage. */
export interface ProvisionedStage {
  readonly topics: TopicArns;
  /** Queues by the webhook's name. */
  readonly queues: Map<string, WebhookQueues>;
}

/** Creates the resources that the definitions of a stage's webhooks and other functions need. Existing ones are kept. */
export async function provisionStage(
  clients: AwsClients,
  stage: string,
  webhooks: readonly Webhook[],
  others: readonly FunctionDefinition[] = [],
): Promise<ProvisionedStage> {
  await createTable(clients.dynamodb, deployedName(stage, filterRulesTable.name), filterRulesTable);
  for (const other of others) await provisionResources(clients, stage, other);
  const topics = await provisionTopics(clients.sns);
  const queues = new Map<string, WebhookQueues>();
  for (const webhook of webhooks)
    queues.set(webhook.name, await provisionWebhook(clients, stage, webhook, topics));
  return { topics, queues };
}

/** Creates or updates the resources, the queues and the subscriptions of a webhook. */
export async function provisionWebhook(
  clients: AwsClients,
  stage: string,
  webhook: Webhook,
  topics: TopicArns,
): Promise<WebhookQueues> {
  await provisionResources(clients, stage, webhook);
  const queues = await provisionQueues(clients.sqs, stage, webhook);
  await subscribe(clients.sns, webhook, topics, queues);
  return queues;
}

async function provisionResources(
  clients: AwsClients,
  stage: string,
  { resources }: FunctionDefinition,
): Promise<void> {
  for (const resource of Object.values(resources)) {
    if (resource.kind === "table")
      await createTable(clients.dynamodb, deployedName(stage, resource.table.name), resource.table);
    else await provisionStream(clients, stage, resource.stream);
  }
}
