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
