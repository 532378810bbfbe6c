import { LOCAL_REGION } from "@rainhooks/core";
import { deployedTables } from "@rainhooks/dynamodb";
import { createTable } from "@rainhooks/embedded-dynamodb";
import type { AwsClients } from "@rainhooks/stage";
import { STAGE_TABLES } from "@rainhooks/stage/stage-tables";
import {
  deployedName,
  type FunctionDefinition,
  streamsOf,
  type Webhook,
  type Worker,
} from "@rainhooks/webhook/define";
import { provisionDeadLetters, provisionQueues, type Queue, type WebhookQueues } from "./queues.ts";
import { provisionStream } from "./streams.ts";
import { provisionTopics, subscribe, type TopicArns } from "./topics.ts";

/** Account of the embedded services. */
const LOCAL_ACCOUNT = "000000000000";

/** The created resources of a stage. */
export interface ProvisionedStage {
  readonly topics: TopicArns;
  /** Queues by the webhook's name. */
  readonly queues: Map<string, WebhookQueues>;
  /** Queues by the worker's name. */
  readonly workers: ReadonlyMap<string, WebhookQueues>;
  /** Dead-letter queues of the webhooks whose messages SNS writes to their streams itself, by their names. */
  readonly byFirehose: ReadonlyMap<string, Queue>;
}

/** What a stage is made of. */
export interface StageDefinitions {
  /** Webhooks with a queue. */
  readonly webhooks: readonly Webhook[];
  /** Webhooks whose messages SNS writes to their streams itself. @defaultValue none */
  readonly byFirehose?: readonly Webhook[];
  readonly workers?: readonly Worker[];
  /** All other functions. */
  readonly others?: readonly FunctionDefinition[];
}

/** Creates the resources that the definitions of a stage's webhooks, workers and other functions need. Existing ones are kept. */
export async function provisionStage(
  clients: AwsClients,
  stage: string,
  { webhooks, byFirehose = [], workers = [], others = [] }: StageDefinitions,
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
  const deadLetters = new Map<string, Queue>();
  for (const webhook of byFirehose)
    deadLetters.set(webhook.name, await provisionByFirehose(clients, stage, webhook, topics));
  return { topics, queues, workers: ofWorkers, byFirehose: deadLetters };
}

/** Creates or updates the resources of a webhook whose messages SNS writes to its stream itself; returns its dead-letter queue. */
async function provisionByFirehose(
  clients: AwsClients,
  stage: string,
  webhook: Webhook,
  topics: TopicArns,
): Promise<Queue> {
  await provisionResources(clients, stage, webhook);
  const deadLetters = await provisionDeadLetters(clients.sqs, stage, webhook);
  await subscribe(clients.sns, webhook, topics, {
    ...endpointsOf(stage, webhook),
    protocol: "firehose",
    deadLetters,
  });
  return deadLetters;
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
  await subscribe(clients.sns, webhook, topics, {
    ...endpointsOf(stage, webhook),
    sqs: queues.queue.arn,
    protocol: "sqs",
    deadLetters: queues.deadLetters,
  });
  return queues;
}

/** ARNs of the endpoints that the subscriptions of a webhook can have on the embedded services, by protocol. */
function endpointsOf(stage: string, webhook: Webhook): { readonly sqs: string; readonly firehose: string } {
  const place = `${LOCAL_REGION}:${LOCAL_ACCOUNT}`;
  const stream = streamsOf(webhook)[0]?.name ?? webhook.name;
  return {
    sqs: `arn:aws:sqs:${place}:${deployedName(stage, webhook.name)}`,
    firehose: `arn:aws:firehose:${place}:deliverystream/${deployedName(stage, stream)}`,
  };
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
      case "archive":
        // Created with its stream.
        break;
    }
  }
}
