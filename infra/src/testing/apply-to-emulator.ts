import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateDeliveryStreamCommand, FirehoseClient } from "@aws-sdk/client-firehose";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { LOCAL_CREDENTIALS } from "@rainhooks/core/emulator";
import { type ResourceJson, resources } from "@rainhooks/stack/stack-json";
import type { SynthesisResult } from "../synthesize.ts";
import { References } from "./references.ts";

const REGION = "us-east-1";
const ROLE = "arn:aws:iam::123456789012:role/any";

/** Clients of the services through which events pass. */
export function emulatorServices(endpoint: string) {
  const options = { endpoint, region: REGION, credentials: LOCAL_CREDENTIALS };
  return {
    dynamodb: new DynamoDBClient(options),
    firehose: new FirehoseClient(options),
    lambda: new LambdaClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    sns: new SNSClient(options),
    sqs: new SQSClient(options),
  };
}

type Services = ReturnType<typeof emulatorServices>;

/**
 * Creates what events pass through: topics, queues, tables, the archive's bucket and stream,
 * functions with the zips of the synthesis, event source mappings, subscriptions, policies of
 * queues. Roles, alarms, the catalog and other policies are left out.
 *
 * @returns What was created.
 */
export async function applyToEmulator(
  { folder, stack }: SynthesisResult,
  services: Services,
): Promise<References> {
  const known = new References();
  for (const [id, { name }] of Object.entries(stack.data?.["aws_sns_topic"] ?? {})) {
    const { TopicArn = "" } = await services.sns.send(
      new CreateTopicCommand({ Name: String(name) }),
    );
    known.add(`data.aws_sns_topic.${id}`, { arn: TopicArn });
  }
  for (const [id, { name }] of resources(stack, "aws_sns_topic")) {
    const { TopicArn = "" } = await services.sns.send(
      new CreateTopicCommand({ Name: String(name) }),
    );
    known.add(`aws_sns_topic.${id}`, { arn: TopicArn, id: TopicArn });
  }
  const each = async (
    type: string,
    create: (attributes: ResourceJson) => Promise<Record<string, string>>,
  ) => {
    for (const [id, attributes] of resources(stack, type))
      known.add(`${type}.${id}`, await create(known.resolveAll(attributes)));
  };
  const queues = resources(stack, "aws_sqs_queue");
  // A queue names its dead-letter queue, which therefore comes first.
  for (const [id, attributes] of queues.sort(
    ([, a], [, b]) => Number("redrive_policy" in a) - Number("redrive_policy" in b),
  ))
    known.add(`aws_sqs_queue.${id}`, await createQueue(known.resolveAll(attributes), services));
  await each("aws_dynamodb_table", (table) => createTable(table, services));
  await each("aws_s3_bucket", async ({ bucket_prefix }) => {
    const bucket = `${bucket_prefix}test`;
    await services.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    return { bucket, id: bucket, arn: `arn:aws:s3:::${bucket}` };
  });
  for (const [id, { name }] of resources(stack, "aws_kinesis_firehose_delivery_stream")) {
    await createStream(
      String(name),
      known.resolve(`\${${bucketOf(stack.resource, id)}.arn}`),
      services,
    );
    known.add(`aws_kinesis_firehose_delivery_stream.${id}`, { name: String(name) });
  }
  const functionsOnly = (attributes: ResourceJson) => createFunction(attributes, folder, services);
  for (const [id, attributes] of resources(stack, "aws_lambda_function")) {
    const { function_name, handler, runtime, memory_size, timeout, environment, filename } =
      attributes;
    const own = known.resolveAll({
      function_name,
      handler,
      runtime,
      memory_size,
      timeout,
      environment,
      filename,
    });
    known.add(`aws_lambda_function.${id}`, await functionsOnly(own));
  }
  await each("aws_sns_topic_subscription", (one) => subscribe(one, services));
  await each("aws_lambda_event_source_mapping", (mapping) => createMapping(mapping, services));
  await each("aws_sqs_queue_policy", async ({ queue_url, policy }) => {
    const Attributes = { Policy: String(policy) };
    await services.sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: String(queue_url), Attributes }),
    );
    return {};
  });
  return known;
}

/** The bucket of a stream is the one in the same construct. */
function bucketOf(all: SynthesisResult["stack"]["resource"], streamId: string): string {
  const [construct] = streamId.split("_");
  const id = Object.keys(all["aws_s3_bucket"] ?? {}).find((one) =>
    one.startsWith(`${construct}_bucket`),
  );
  return `aws_s3_bucket.${id}`;
}

async function createQueue(queue: ResourceJson, { sqs }: Services) {
  const { name, visibility_timeout_seconds, redrive_policy } = queue;
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({
      QueueName: String(name),
      Attributes: {
        ...(visibility_timeout_seconds === undefined
          ? {}
          : { VisibilityTimeout: String(visibility_timeout_seconds) }),
        ...(redrive_policy === undefined ? {} : { RedrivePolicy: String(redrive_policy) }),
      },
    }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  return { id: QueueUrl, url: QueueUrl, arn: Attributes?.["QueueArn"] ?? "", name: String(name) };
}

interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N";
}
interface IndexJson {
  readonly name: string;
  readonly hash_key: string;
  readonly range_key?: string;
}

async function createTable(table: ResourceJson, { dynamodb }: Services) {
  const name = String(table["name"]);
  const { attribute, global_secondary_index: indexes = [] } = table as {
    attribute: readonly KeyAttribute[];
    global_secondary_index?: readonly IndexJson[];
  };
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attribute.map((one) => ({
        AttributeName: one.name,
        AttributeType: one.type,
      })),
      KeySchema: keySchema(String(table["hash_key"]), table["range_key"]),
      ...(indexes.length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: indexes.map((index) => ({
              IndexName: index.name,
              KeySchema: keySchema(index.hash_key, index.range_key),
              Projection: { ProjectionType: "KEYS_ONLY" as const },
            })),
          }),
    }),
  );
  return { name, arn: `arn:aws:dynamodb:${REGION}:123456789012:table/${name}` };
}

function keySchema(partition: string, sort: unknown) {
  const partitionKey = { AttributeName: partition, KeyType: "HASH" as const };
  return typeof sort === "string"
    ? [partitionKey, { AttributeName: sort, KeyType: "RANGE" as const }]
    : [partitionKey];
}

async function createStream(
  name: string,
  BucketARN: string,
  { firehose }: Services,
): Promise<void> {
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      ExtendedS3DestinationConfiguration: {
        RoleARN: ROLE,
        BucketARN,
        Prefix: "deliveries/",
        CompressionFormat: "GZIP",
      },
    }),
  );
}

async function createFunction(own: ResourceJson, folder: string, { lambda }: Services) {
  const { variables } = own["environment"] as { variables: Record<string, string> };
  const name = String(own["function_name"]);
  const { FunctionArn = "" } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: ROLE,
      Runtime: "nodejs24.x",
      Handler: String(own["handler"]),
      MemorySize: Number(own["memory_size"]),
      Timeout: Number(own["timeout"]),
      Environment: { Variables: variables },
      Code: { ZipFile: readFileSync(join(folder, String(own["filename"]))) },
    }),
  );
  return { arn: FunctionArn, function_name: name };
}

async function subscribe(one: ResourceJson, { sns }: Services) {
  const { SubscriptionArn = "" } = await sns.send(
    new SubscribeCommand({
      TopicArn: String(one["topic_arn"]),
      Protocol: String(one["protocol"]),
      Endpoint: String(one["endpoint"]),
      Attributes: { RedrivePolicy: String(one["redrive_policy"]) },
    }),
  );
  return { arn: SubscriptionArn };
}

async function createMapping(mapping: ResourceJson, { lambda }: Services) {
  const { UUID = "" } = await lambda.send(
    new CreateEventSourceMappingCommand({
      EventSourceArn: String(mapping["event_source_arn"]),
      FunctionName: String(mapping["function_name"]),
      BatchSize: Number(mapping["batch_size"]),
      MaximumBatchingWindowInSeconds: Number(mapping["maximum_batching_window_in_seconds"]),
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    }),
  );
  return { id: UUID };
}
