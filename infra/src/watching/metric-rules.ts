/** What AWS says of the metrics of a service that alarms of a stage use. */
interface ServiceRules {
  /** AWS's page. */
  readonly page: string;
  /** When there are no data. */
  readonly missing: string;
  /** What counts, and what does not, by metric. */
  readonly counts: Readonly<Record<string, string>>;
}

/** Minutes until CloudWatch has a value: these services send their metrics each minute. */
export const DELAY_MINUTES = 1;

/** By namespace. */
const RULES: Readonly<Record<string, ServiceRules>> = {
  "AWS/SQS": {
    page: "Amazon SQS developer guide, Available CloudWatch metrics for Amazon SQS",
    missing: "no message and no call for six hours; of an age, no message that counts",
    counts: {
      ApproximateNumberOfMessagesVisible: "messages that can be received, not those in flight or delayed",
      ApproximateAgeOfOldestMessage:
        "seconds since the oldest message came, without those that were received three times or more; in a dead-letter queue, since it was moved",
      NumberOfMessagesSent: "messages that were sent, not those that SQS moves after too many receives",
    },
  },
  "AWS/SNS": {
    page: "Amazon SNS developer guide, Monitoring Amazon SNS topics using CloudWatch",
    missing: "no call about the topic for six hours",
    counts: {
      NumberOfMessagesPublished: "messages that were published, also those that no subscription gets",
    },
  },
  "AWS/Lambda": {
    page: "AWS Lambda developer guide, Types of metrics for Lambda functions",
    missing: "nothing is invoked",
    counts: {
      Invocations: "invocations, also those that fail, not those that were throttled",
      Errors:
        "invocations that ended with an error, when they began; not records that a function returns as failed",
      Throttles: "invocations that were refused",
      Url5xxCount: "responses of a function's URL with a status of 500 or more",
    },
  },
  "AWS/Firehose": {
    page: "Amazon Data Firehose developer guide, Monitor Amazon Data Firehose with CloudWatch metrics",
    missing: "no records come",
    counts: {
      ThrottledRecords: "records that were refused at a limit",
      "DeliveryToS3.Success": "share of writes to S3 that succeeded; others are tried again for 24 hours",
      "DeliveryToS3.DataFreshness": "seconds since the oldest record came that is not in S3",
      "FailedConversion.Records": "records that could not be converted",
    },
  },
  "AWS/DynamoDB": {
    page: "Amazon CloudWatch API reference, PutMetricAlarm; Amazon DynamoDB developer guide, DynamoDB metrics and dimensions",
    missing: "nothing is throttled; alarms stay as they are then, whatever they say of missing data",
    counts: {
      ReadThrottleEvents: "reads that were refused",
      WriteThrottleEvents: "writes that were refused",
    },
  },
  "AWS/EventBridge/Pipes": {
    page: "Amazon EventBridge user guide, Monitoring Amazon EventBridge Pipes",
    missing: "the pipe does not run",
    counts: { ExecutionFailed: "executions that failed" },
  },
};

/**
 * Checks that AWS's rule of a metric is known; those of the stage itself are in docs/metrics.md.
 *
 * @throws {Error} if it is not: add it here, and an example of AWS's page as a test.
 */
export function requireRule(namespace: string, name: string): void {
  if (namespace.startsWith("AWS/") && RULES[namespace]?.counts[name] === undefined)
    throw new Error(`${namespace} ${name}: what AWS says of this metric is not in metric-rules.ts.`);
}

/** Returns the rules as rows of a page. */
export function ruleRows(): readonly string[][] {
  return Object.entries(RULES).flatMap(([namespace, { page, missing, counts }]) =>
    Object.entries(counts).map(([name, text]) => [`${namespace} ${name}`, text, missing, page]),
  );
}
