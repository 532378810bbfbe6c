import type { TableDescription } from "@rainhooks/dynamodb";
import type { Archive } from "../archive/archive.ts";
import { type Alarm, countAbove, type Metric, streamMetric, valueAbove } from "./alarm.ts";

/** Returns the alarms of the archive: delay, failures and throttles of its stream. */
export function archiveAlarms({ stream }: Archive, bufferS: number, parquet: boolean): Alarm[] {
  const metric = (name: string): Metric => streamMetric(name, stream.name);
  const conversion: Alarm = {
    name: "archive-conversion",
    description: "Firehose cannot convert records to Parquet. They are in the folder errors/ of the bucket.",
    metric: metric("FailedConversion.Records"),
    ...countAbove(0, 1),
  };
  return [
    {
      name: "archive-freshness",
      description: "Firehose is late: the oldest delivery that is not yet in S3 is too old.",
      metric: metric("DeliveryToS3.DataFreshness"),
      ...valueAbove(3 * bufferS),
    },
    {
      name: "archive-delivery",
      description: "Firehose cannot write to S3. See its log group for the cause.",
      metric: metric("DeliveryToS3.Success"),
      statistic: "Minimum",
      comparison: "LessThanThreshold",
      threshold: 1,
      periods: 1,
    },
    {
      name: "archive-refusals",
      description: "Firehose refuses records: the limit of its stream is reached. They are tried again.",
      metric: metric("ThrottledRecords"),
      ...countAbove(0, 3),
    },
    ...(parquet ? [conversion] : []),
  ];
}

/** Returns the alarms of a table: throttled reads and writes, and throttled writes of its indexes. */
export function tableAlarms({ name, indexes = [] }: TableDescription, deployedName: string): Alarm[] {
  const table = { TableName: deployedName };
  const busy = (id: string, what: string, metric: string, dimensions: Metric["dimensions"]): Alarm => ({
    name: id,
    description: `DynamoDB throttles ${what}. Records wait in the queues and are retried.`,
    metric: { namespace: "AWS/DynamoDB", name: metric, dimensions },
    ...countAbove(0, 3),
  });
  return [
    busy(`${name}-table-writes`, `writes of the table ${name}`, "WriteThrottleEvents", table),
    busy(`${name}-table-reads`, `reads of the table ${name}`, "ReadThrottleEvents", table),
    ...indexes.map((index) =>
      busy(
        `${name}-${index.name}-writes`,
        `writes of the index ${index.name} of ${name}`,
        "WriteThrottleEvents",
        {
          ...table,
          GlobalSecondaryIndexName: index.name,
        },
      ),
    ),
  ];
}
