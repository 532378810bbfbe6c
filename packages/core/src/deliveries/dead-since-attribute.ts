/**
 * Name of the SQS message attribute with which a redrive keeps since when a message is a dead letter, epoch milliseconds. It is beside the
 * SNS message, which stays as it was published.
 */
export const DEAD_SINCE_ATTRIBUTE = "rainhooks_dead_since";
