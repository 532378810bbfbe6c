/*
 * The job of time-series with Powertools for AWS Lambda (TypeScript), the way its documentation shows it: its
 * batch processor parses each record and handles it once, with one conditional update per reading.
 * SERIES_TABLE is the table with the readings.
 */
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { parser } from "@aws-lambda-powertools/batch/parser";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { SQSHandler } from "aws-lambda";
import { type ReadingsRecord, readingsRecordSchema } from "./schema.ts";

const { SERIES_TABLE, IDEMPOTENCY_TABLE = "" } = process.env;

const logger = new Logger({ serviceName: "time-series" });
const metrics = new Metrics({ namespace: "series", serviceName: "time-series" });
const client = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(client);
const processor = new BatchProcessor(EventType.SQS, { parser, schema: readingsRecordSchema, logger });
const persistenceStore = new DynamoDBPersistenceLayer({
  tableName: IDEMPOTENCY_TABLE,
  awsSdkV3Client: client,
});
const config = new IdempotencyConfig({ eventKeyJmesPath: "body.MessageId" });

async function writeReadings(record: ReadingsRecord): Promise<void> {
  const { node_id: nodeId, payload } = record.body.Message.event_data;
  if ("ts_data" in payload) {
    for (const { name, records } of payload.ts_data)
      for (const { t, v } of records) await writeReading(`${nodeId}#${name}`, t * 1000, v);
  } else await writeReading(`${nodeId}#${payload.name}`, payload.t * 1000, payload.v);
}

const writeOnce = makeIdempotent(writeReadings, { persistenceStore, config });

/** A reading that is there already is not written again. */
async function writeReading(series: string, atMs: number, value: unknown): Promise<void> {
  const update = new UpdateCommand({
    TableName: SERIES_TABLE,
    Key: { series, atMs },
    UpdateExpression: "SET #value = :value",
    ConditionExpression: "attribute_not_exists(#value)",
    ExpressionAttributeNames: { "#value": "value" },
    ExpressionAttributeValues: { ":value": value },
  });
  try {
    await documents.send(update);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

export const handler: SQSHandler = async (event, context) => {
  logger.addContext(context);
  config.registerLambdaContext(context);
  const response = await processPartialResponse(event, writeOnce, processor, { context });
  const failed = response.batchItemFailures.length;
  metrics.addMetric("Written", MetricUnit.Count, event.Records.length - failed);
  metrics.addMetric("Failed", MetricUnit.Count, failed);
  metrics.publishStoredMetrics();
  logger.info("Handled a batch", { records: event.Records.length, failed });
  return response;
};
