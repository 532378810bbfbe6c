/*
 * A function with Powertools for AWS Lambda (TypeScript), the way its documentation shows it: its
 * batch processor parses each record and handles it once. IDEMPOTENCY_TABLE has the ids of those
 * that were handled.
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
import { DynamoDBDocumentClient, type UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { SQSHandler } from "aws-lambda";
import { z } from "zod";

const { IDEMPOTENCY_TABLE: tableName = "" } = process.env;

const client = new DynamoDBClient({});
export const documents = DynamoDBDocumentClient.from(client);

/** Makes an update; one whose condition is false changes nothing. */
export async function updateIf(update: UpdateCommand): Promise<void> {
  try {
    await documents.send(update);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** An event of RainMaker, of which each function knows the data. */
export const eventSchema = z.object({
  event_version: z.string().optional(),
  id: z.string().optional(),
  event_type: z.string(),
  timestamp: z.number(),
  description: z.string().optional(),
});

/** A parsed record. */
interface EventRecord<Event extends z.ZodType> {
  readonly body: { readonly Message: z.output<Event> };
}

/**
 * Makes a function that handles each event once. It is in the envelope of SNS, in a record of SQS.
 */
export function powertoolsHandler<Event extends z.ZodType>(
  serviceName: string,
  event: Event,
  handle: (event: z.output<Event>) => Promise<void>,
): SQSHandler {
  const schema = SqsRecordSchema.extend({
    body: JSONStringified(SnsSqsNotificationSchema.extend({ Message: JSONStringified(event) })),
  });
  const logger = new Logger({ serviceName });
  const metrics = new Metrics({ namespace: "rival", serviceName });
  const processor = new BatchProcessor(EventType.SQS, { parser, schema, logger });
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName, awsSdkV3Client: client });
  const config = new IdempotencyConfig({ eventKeyJmesPath: "body.MessageId" });
  const handleOnce = makeIdempotent(({ body }: EventRecord<Event>) => handle(body.Message), {
    persistenceStore,
    config,
  });
  return async (event, context) => {
    logger.addContext(context);
    config.registerLambdaContext(context);
    const response = await processPartialResponse(event, handleOnce, processor, { context });
    const failed = response.batchItemFailures.length;
    metrics.addMetric("Handled", MetricUnit.Count, event.Records.length - failed);
    metrics.addMetric("Failed", MetricUnit.Count, failed);
    metrics.publishStoredMetrics();
    logger.info("Handled a batch", { records: event.Records.length, failed });
    return response;
  };
}
