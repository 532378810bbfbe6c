import {
  CreateDeliveryStreamCommand,
  type FirehoseClient,
  ResourceInUseException,
} from "@aws-sdk/client-firehose";
import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { mergeTables } from "@rainhooks/dynamodb/table-description";
import { createTable } from "@rainhooks/embedded-dynamodb/test-tables";
import type { AwsClients } from "@rainhooks/stage/clients";
import { STAGE_TABLES } from "@rainhooks/stage/tables/stage-tables";
import type { FunctionDefinition, Webhook } from "@rainhooks/webhook/define-function";
import { deployedName } from "@rainhooks/webhook/names";
import type { StreamDescription } from "@rainhooks/webhook/resources";
import { type FunctionQueues, provisionQueues } from "./queues.ts";
import { provisionTopics, subscribe, type TopicArns } from "./topics.ts";

/** The created resources of a stage. */
export interface ProvisionedStage {
  readonly topics: TopicArns;
  /** Queues by the name of the function that reads them. */
  readonly queues: Map<string, FunctionQueues>;
}

/** Creates the resources that the functions of a stage need. Existing ones are kept. */
export async function provisionStage(
  clients: AwsClients,
  stage: string,
  functions: readonly FunctionDefinition[],
): Promise<ProvisionedStage> {
  const used = functions.flatMap(({ resources }) => Object.values(resources));
  const tables = used.flatMap((one) => (one.kind === "table" ? deployedTables(one.table) : []));
  for (const table of mergeTables([...STAGE_TABLES, ...tables]))
    await createTable(clients.dynamodb, deployedName(stage, table.name), table);
  const topics = await provisionTopics(clients.sns);
  const queues = new Map<string, FunctionQueues>();
  for (const one of functions) {
    if (one.trigger === "topics") {
      queues.set(one.name, await provisionWebhook(clients, stage, one, topics));
      continue;
    }
    await provisionResources(clients, stage, one);
    if (one.trigger === "queue") queues.set(one.name, await provisionQueues(clients.sqs, stage, one));
  }
  return { topics, queues };
}

/** Creates or updates the resources, the queues and the subscriptions of a webhook. */
export async function provisionWebhook(
  clients: AwsClients,
  stage: string,
  webhook: Webhook,
  topics: TopicArns,
): Promise<FunctionQueues> {
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
        // Created with the function that reads it.
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
      case "subscriptions":
        // Made for each webhook.
        break;
    }
  }
}

/** Creates a Firehose stream and its bucket by the stream's description, unless they exist. */
async function provisionStream(
  clients: { readonly firehose: FirehoseClient; readonly s3: S3Client },
  stage: string,
  stream: StreamDescription,
): Promise<void> {
  const bucket = deployedName(stage, stream.bucket);
  try {
    await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const exists = error instanceof BucketAlreadyExists || error instanceof BucketAlreadyOwnedByYou;
    if (!exists) throw error;
  }
  try {
    await clients.firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: deployedName(stage, stream.name),
        DeliveryStreamType: "DirectPut",
        ExtendedS3DestinationConfiguration: {
          RoleARN: "arn:aws:iam::000000000000:role/firehose",
          BucketARN: `arn:aws:s3:::${bucket}`,
          Prefix: stream.prefix,
          ErrorOutputPrefix: stream.errorPrefix,
          BufferingHints: { IntervalInSeconds: stream.bufferS, SizeInMBs: stream.bufferMiB },
          CompressionFormat: "GZIP",
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}
