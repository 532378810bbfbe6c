import {
  anyText,
  byName,
  type FieldsOf,
  fields,
  optional,
  threshold,
  withDefault,
} from "@rainhooks/stack/config/values";

/** When the alarms of forwarding go off: those about destinations, for all of them together. */
export const ForwardSchema = fields({
  /** Percentage of the attempts within 15 minutes that failed. */
  maxFailedPercent: withDefault(threshold(100), 20),
  /** Number of attempts within 15 minutes below which their percentage means nothing. */
  minAttempts: withDefault(threshold(), 10),
  /** Hours since the oldest event was published whose attempt failed. */
  maxUndeliveredHours: withDefault(threshold(), 6),
});

/** Fields of a stage's file. */
export const FORWARDING_FIELDS = {
  /**
   * SQS queues, SNS topics, EventBridge buses and Lambda functions that events may be forwarded to,
   * by names of your choice: their ARNs. A destination names one of them, as in `rainhooks
   * destinations add erp --target orders`. In another account, their own policy must allow it, too.
   */
  targets: optional(byName(anyText("an ARN"))),
  /** When the alarms about destinations of events go off. */
  forward: optional(ForwardSchema),
};

/** A stage's file as far as this extension reads it. */
export interface ForwardingFields extends FieldsOf<typeof FORWARDING_FIELDS> {}

/** When the alarms of forwarding go off. */
export interface ForwardConfig extends FieldsOf<typeof ForwardSchema.entries> {}
