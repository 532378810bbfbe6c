const MILLION = 1e6;
/** What AWS bills as a gigabyte. */
export const GB = 1e9;

/**
 * List prices in dollars: us-east-1, on demand, November 2026. Source: the pricing pages of the
 * services.
 */
export const PRICE = {
  sqsRequest: 0.4 / MILLION,
  lambdaRequest: 0.2 / MILLION,
  /** arm64 */
  lambdaGbS: 0.0000133334,
  firehoseGb: 0.029,
  /** A call that publishes up to ten messages, 64 KB together. */
  snsPublish: 0.5 / MILLION,
  /** A rule of AWS IoT that a message triggers, and its action; each by 5 KB. */
  iotRule: 0.15 / MILLION,
  iotAction: 0.15 / MILLION,
  /** A record in EventBridge Pipes. */
  pipe: 0.4 / MILLION,
  dynamoWrite: 0.625 / MILLION,
  dynamoRead: 0.125 / MILLION,
  /**
   * Once, for each write unit per second for which a table is prepared: the price of a provisioned
   * unit for an hour.
   */
  dynamoWarmWrite: 0.00065,
  dynamoGbMonth: 0.25,
  /** Point-in-time recovery. */
  dynamoBackupGbMonth: 0.2,
  s3Put: 5 / MILLION,
  s3Get: 0.4 / MILLION,
  s3List: 5 / MILLION,
  /** Each GB read from Standard-IA and from Glacier Instant Retrieval, and each read from it. */
  s3CoolGb: 0.01,
  s3FrozenGb: 0.03,
  s3GbMonth: 0.023,
  metricMonth: 0.3,
  /** Of GetMetricData. */
  metricRead: 0.01 / 1000,
  alarmMonth: 0.1,
  compositeAlarmMonth: 0.5,
  /** The first three of an account are free. */
  dashboardMonth: 3,
  /** Written, and kept for a month. */
  logGb: 0.53,
} as const;

/** DynamoDB bills 100 bytes with each item, and with each entry of an index. */
export const ITEM_OVERHEAD_BYTES = 100;
