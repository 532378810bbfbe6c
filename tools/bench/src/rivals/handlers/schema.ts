import { JSONStringified } from "@aws-lambda-powertools/parser/helpers";
import { SnsSqsNotificationSchema } from "@aws-lambda-powertools/parser/schemas/sns";
import { SqsRecordSchema } from "@aws-lambda-powertools/parser/schemas/sqs";
import { z } from "zod";

const eventSchema = z.object({
  event_version: z.string().optional(),
  id: z.string().optional(),
  event_type: z.string(),
  timestamp: z.number(),
  description: z.string().optional(),
  event_data: z.looseObject({ node_id: z.string() }),
});

/** Schema of a record: an event of RainMaker in the envelope of SNS, in a record of SQS. */
export const recordSchema = SqsRecordSchema.extend({
  body: JSONStringified(SnsSqsNotificationSchema.extend({ Message: JSONStringified(eventSchema) })),
});

/** A parsed record. */
export type NodeRecord = z.infer<typeof recordSchema>;

const readingSchema = z.object({ t: z.number(), v: z.unknown() });
const seriesSchema = z.object({ name: z.string(), dt: z.string(), records: z.array(readingSchema) });
/** Readings come in a list, or as one reading. */
const payloadSchema = z.union([
  z.object({ ts_data: z.array(seriesSchema) }),
  z.object({ name: z.string(), dt: z.string(), t: z.number(), v: z.unknown() }),
]);

/** Schema of a record with readings of a node. */
export const readingsRecordSchema = SqsRecordSchema.extend({
  body: JSONStringified(
    SnsSqsNotificationSchema.extend({
      Message: JSONStringified(
        eventSchema.extend({
          event_data: z.looseObject({ node_id: z.string(), payload: JSONStringified(payloadSchema) }),
        }),
      ),
    }),
  ),
});

/** A parsed record with readings. */
export type ReadingsRecord = z.infer<typeof readingsRecordSchema>;
