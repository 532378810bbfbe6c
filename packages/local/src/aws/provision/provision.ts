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
import {
  CreateTopicCommand,
  paginateListSubscriptions,
  type SNSClient,
  SubscribeCommand,
  type Subscription,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { CATALOG, catalogEntry, type EventType } from "@rainhooks/core/catalog";
import { collect } from "@rainhooks/core/collections";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { mergeTables, type TableDescription } from "@rainhooks/dynamodb/table-description";
import { createTable } from "@rainhooks/embedded-dynamodb/test-tables";
import type { AwsClients } from "@rainhooks/stage/clients";
import { STAGE_TABLES } from "@rainhooks/stage/tables/stage-tables";
import type {
  FunctionDefinition,
  QueuedFunction,
  Webhook,
} from "@rainhooks/webhook/define-function";
import { deadLetterQueueName, deployedName, replayQueueName } from "@rainhooks/webhook/names";
import { type StreamDescription, streamsOf, tablesOf } from "@rainhooks/webhook/resources";

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
  further: readonly TableDescription[] = [],
): Promise<ProvisionedStage> {
  const tables = functions.flatMap(tablesOf);
  await provisionTables(clients, stage, [...STAGE_TABLES, ...further, ...tables]);
  const topics = await provisionTopics(clients.sns);
  const subscribed = await readSubscriptions(clients.sns);
  const queues = new Map<string, FunctionQueues>();
  for (const one of functions) {
    await provisionStreams(clients, stage, one);
    if (one.trigger !== "topics" && one.trigger !== "queue") continue;
    const own = await provisionQueues(clients.sqs, stage, one);
    queues.set(one.name, own);
    if (one.trigger === "topics") await subscribe(clients.sns, one, topics, { own, subscribed });
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
  await provisionTables(clients, stage, tablesOf(webhook));
  await provisionStreams(clients, stage, webhook);
  const own = await provisionQueues(clients.sqs, stage, webhook);
  const subscribed = await readSubscriptions(clients.sns);
  await subscribe(clients.sns, webhook, topics, { own, subscribed });
  return own;
}

async function provisionTables(
  { dynamodb }: AwsClients,
  stage: string,
  tables: readonly TableDescription[],
): Promise<void> {
  for (const table of mergeTables(tables.flatMap(deployedTables)))
    await createTable(dynamodb, deployedName(stage, table.name), table);
}

async function provisionStreams(
  clients: AwsClients,
  stage: string,
  definition: FunctionDefinition,
): Promise<void> {
  for (const stream of streamsOf(definition)) await provisionStream(clients, stage, stream);
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

/** An existing queue. */
export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** The queues of a function. */
export interface FunctionQueues {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** For a webhook that accepts replays. */
  readonly replay?: Queue;
}

/** Creates or updates the queues of a function by its definition. */
export async function provisionQueues(
  sqs: SQSClient,
  stage: string,
  {
    name,
    queue: shape,
    replay,
  }: Pick<QueuedFunction, "name" | "queue"> & Partial<Pick<Webhook, "replay">>,
): Promise<FunctionQueues> {
  const { visibilityTimeoutS, maxReceives, retentionS } = shape;
  const deadLetters = await ensureQueue(sqs, deployedName(stage, deadLetterQueueName(name)), {
    MessageRetentionPeriod: String(shape.deadLetterRetentionS),
  });
  const attributes = {
    VisibilityTimeout: String(visibilityTimeoutS),
    MessageRetentionPeriod: String(retentionS),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: deadLetters.arn,
      maxReceiveCount: maxReceives,
    }),
  };
  const queue = await ensureQueue(sqs, deployedName(stage, name), attributes);
  if (replay === undefined || replay === "refuse") return { queue, deadLetters };
  return {
    queue,
    deadLetters,
    replay: await ensureQueue(sqs, deployedName(stage, replayQueueName(name)), attributes),
  };
}

async function ensureQueue(
  sqs: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<Queue> {
  const url = await createOrUpdate(sqs, name, attributes);
  const [account] = new URL(url).pathname.split("/").slice(1);
  return { url, arn: `arn:aws:sqs:${await sqs.config.region()}:${account}:${name}` };
}

async function createOrUpdate(
  sqs: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<string> {
  try {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    return QueueUrl;
  } catch (error) {
    // One with other attributes. Emulators return the older, longer name.
    if (!(error instanceof Error && error.name.endsWith("QueueNameExists"))) throw error;
    const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    return QueueUrl;
  }
}

/** ARN of the topic of each event type. */
export type TopicArns = ReadonlyMap<EventType, string>;

/**
 * Creates RainMaker's topics, which RainMaker creates in the cloud, and those of events that the
 * stage derives.
 */
export async function provisionTopics(sns: SNSClient): Promise<TopicArns> {
  const arns = CATALOG.map(async ({ type, topic }): Promise<[EventType, string]> => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: topic }));
    return [type, TopicArn ?? ""];
  });
  return new Map(await Promise.all(arns));
}

/** Returns all subscriptions of the stage. */
function readSubscriptions(client: SNSClient): Promise<Subscription[]> {
  return collect(paginateListSubscriptions({ client }, {})).then((pages) =>
    pages.flatMap(({ Subscriptions = [] }) => Subscriptions),
  );
}

/**
 * Subscribes the queue of a webhook to the topics of its events. Its other subscriptions end.
 *
 * @param state Its queues, and the subscriptions that there are.
 */
async function subscribe(
  sns: SNSClient,
  { events }: Webhook,
  topics: TopicArns,
  { own, subscribed }: { readonly own: FunctionQueues; readonly subscribed: Subscription[] },
): Promise<void> {
  const { queue, deadLetters } = own;
  const wanted = new Set(events.map((type) => topics.get(catalogEntry(type).type)));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn });
  const request = { Protocol: "sqs", Endpoint: queue.arn, Attributes: { RedrivePolicy } };
  for (const TopicArn of wanted) await sns.send(new SubscribeCommand({ TopicArn, ...request }));
  for (const { SubscriptionArn, TopicArn, Endpoint } of subscribed)
    if (Endpoint === queue.arn && !wanted.has(TopicArn))
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
}
