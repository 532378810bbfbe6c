import type { ForwardingFields } from "../fields.ts";

/** Its fields of a stage's file, each of which is set. */
export const EVERY_FORWARDING_FIELD: ForwardingFields = {
  targets: {
    orders: "arn:aws:sqs:eu-central-1:123456789012:orders",
    lamp: "arn:aws:lambda:eu-central-1:123456789012:function:lamp",
  },
  forward: { maxFailedPercent: 50, minAttempts: 100, maxUndeliveredHours: 24 },
};
