/*
 * The job of node-status with Powertools for AWS Lambda (TypeScript), the way its documentation shows it: its
 * batch processor parses each record and handles it once, with one conditional update. NODES_TABLE is the
 * table with the rows, and the keys of its index by state; TIMELINE_TABLE has an item for each connect and
 * disconnect.
 */
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { parser } from "@aws-lambda-powertools/batch/parser";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { JSONStringified } from "@aws-lambda-powertools/parser/helpers";
import { SnsSqsNotificationSchema } from "@aws-lambda-powertools/parser/schemas/sns";
import { SqsRecordSchema } from "@aws-lambda-powertools/parser/schemas/sqs";
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { SQSHandler } from "aws-lambda";
import { z } from "zod";

const { NODES_TABLE, TIMELINE_TABLE, IDEMPOTENCY_TABLE = "" } = process.env;
const TIMELINE_S = 90 * 86_400;

const eventSchema = z.object({
  event_version: z.string().optional(),
  id: z.string().optional(),
  event_type: z.string(),
  timestamp: z.number(),
  description: z.string().optional(),
  event_data: z.looseObject({ node_id: z.string() }),
});
/** An event of RainMaker in the envelope of SNS, in a record of SQS. */
const recordSchema = SqsRecordSchema.extend({
  body: JSONStringified(SnsSqsNotificationSchema.extend({ Message: JSONStringified(eventSchema) })),
});
type NodeRecord = z.infer<typeof recordSchema>;

const logger = new Logger({ serviceName: "node-status" });
const metrics = new Metrics({ namespace: "nodes", serviceName: "node-status" });
const client = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(client);
const processor = new BatchProcessor(EventType.SQS, { parser, schema: recordSchema, logger });
const persistenceStore = new DynamoDBPersistenceLayer({
  tableName: IDEMPOTENCY_TABLE,
  awsSdkV3Client: client,
});
const config = new IdempotencyConfig({ eventKeyJmesPath: "body.MessageId" });

const STATES: Readonly<Record<string, "online" | "offline">> = {
  "rmaker.event.node_connected": "online",
  "rmaker.event.node_disconnected": "offline",
};

async function updateNode(record: NodeRecord): Promise<void> {
  const { event_type: type, timestamp: atMs, event_data: data } = record.body.Message;
  const state = STATES[type];
  if (state === undefined) await setIfNewer(data.node_id, "lastEventAtMs", atMs, { lastEventType: type });
  else {
    await updateState(data.node_id, state, atMs);
    await addToTimeline(data.node_id, state, atMs);
  }
}

const updateOnce = makeIdempotent(updateNode, { persistenceStore, config });

async function updateState(nodeId: string, state: "online" | "offline", atMs: number): Promise<void> {
  const key = `${String(atMs).padStart(16, "0")}#${nodeId}`;
  await setIfNewer(nodeId, "sinceMs", atMs, { state, status: state, sinceKey: key });
}

/** Sets attributes of a row. Events come in any order: a newer one may have been written. */
async function setIfNewer(
  nodeId: string,
  timeName: string,
  atMs: number,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  const entries = Object.entries(attributes);
  const update = new UpdateCommand({
    TableName: NODES_TABLE,
    Key: { nodeId },
    UpdateExpression: `SET #at = :at, ${entries.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    ConditionExpression: "attribute_not_exists(#at) OR #at < :at",
    ExpressionAttributeNames: {
      "#at": timeName,
      ...Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ":at": atMs,
      ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
    },
  });
  try {
    await documents.send(update);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

async function addToTimeline(nodeId: string, state: string, atMs: number): Promise<void> {
  const expiresAtS = Math.floor(atMs / 1000) + TIMELINE_S;
  const item = `${String(atMs).padStart(16, "0")}#${state}`;
  await documents.send(
    new PutCommand({ TableName: TIMELINE_TABLE, Item: { nodeId, item, state, atMs, expiresAtS } }),
  );
}

export const handler: SQSHandler = async (event, context) => {
  logger.addContext(context);
  config.registerLambdaContext(context);
  const response = await processPartialResponse(event, updateOnce, processor, { context });
  const failed = response.batchItemFailures.length;
  metrics.addMetric("Updated", MetricUnit.Count, event.Records.length - failed);
  metrics.addMetric("Failed", MetricUnit.Count, failed);
  metrics.publishStoredMetrics();
  logger.info("Handled a batch", { records: event.Records.length, failed });
  return response;
};
