import { deployedTables } from "@rainhooks/dynamodb";
import { createTable } from "@rainhooks/embedded-dynamodb";
import { STAGE_TABLES } from "@rainhooks/operate/stage-tables";
import type { AwsClients } from "@rainhooks/stage";
import { deployedName, type FunctionDefinition, type Webhook, type Worker } from "@rainhooks/webhook/define";
import { provisionQueues, type WebhookQueues } from "./queues.ts";
import { provisionStream } from "./streams.ts";
import { provisionTopics, subscribe, type TopicArns } from "./topics.ts";

/** The created resources of a stage. */
export interface ProvisionedStage {
  readonly topics: TopicArns;
  /** Queues by the webhook's name. */
  readonly queues: Map<string, WebhookQueues>;
  /** Queues by the worker's name. */
  readonly workers: ReadonlyMap<string, WebhookQueues>;
}

/** Creates the resources that the definitions of a stage's webhooks, workers and other functions need. Existing ones are kept. */
export async function provisionStage(
  clients: AwsClients,
  stage: string,
  webhooks: readonly Webhook[],
  others: readonly FunctionDefinition[] = [],
  workers: readonly Worker[] = [],
): Promise<ProvisionedStage> {
  for (const table of STAGE_TABLES)
    await createTable(clients.dynamodb, deployedName(stage, table.name), table);
  for (const other of [...others, ...workers]) await provisionResources(clients, stage, other);
  const topics = await provisionTopics(clients.sns);
  const queues = new Map<string, WebhookQueues>();
  for (const webhook of webhooks)
    queues.set(webhook.name, await provisionWebhook(clients, stage, webhook, topics));
  const ofWorkers = new Map<string, WebhookQueues>();
  for (const worker of workers) ofWorkers.set(worker.name, await provisionQueues(clients.sqs, stage, worker));
  return { topics, queues, workers: ofWorkers };
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
    switch (resource.kind) {
      case "table":
        for (const table of deployedTables(resource.table))
          await createTable(clients.dynamodb, deployedName(stage, table.name), table);
        break;
      case "stream":
        await provisionStream(clients, stage, resource.stream);
        break;
      case "queue":
        // Created with its worker.
        break;
      case "topic":
        // Created with the topics of the catalog.
        break;
      case "targets":
        // They are of others.
        break;
      case "parameters":
        // Added by people.
        break;
      case "archived":
        // What another webhook does.
        break;
    }
  }
}
