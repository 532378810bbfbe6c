import { deployedTables, type TableDescription } from "@rainhooks/dynamodb";
import type { ArchiveResources } from "../archive/archive.ts";
import { type CloudwatchAlarm, countAbove, type Metric, streamMetric, sumOf, valueAbove } from "./alarm.ts";

/** Returns the alarms of the archive: delay, failures and throttles of its stream. */
export function archiveAlarms(
  { stream }: ArchiveResources,
  bufferS: number,
  parquet: boolean,
): CloudwatchAlarm[] {
  const metric = (name: string): Metric => streamMetric(name, stream.name);
  const conversion: CloudwatchAlarm = {
    name: "archive-conversion",
    description: "Firehose cannot convert records to Parquet. They are in the folder errors/ of the bucket.",
    metric: metric("FailedConversion.Records"),
    ...countAbove(0, 1),
    level: "today",
  };
  return [
    {
      name: "archive-freshness",
      description: "Firehose is late: the oldest delivery that is not yet in S3 is too old.",
      metric: metric("DeliveryToS3.DataFreshness"),
      ...valueAbove(3 * bufferS),
      level: "now",
    },
    {
      name: "archive-delivery",
      description: "Firehose cannot write to S3. See its log group for the cause.",
      metric: metric("DeliveryToS3.Success"),
      statistic: "Minimum",
      comparison: "LessThanThreshold",
      threshold: 1,
      periods: 1,
      level: "now",
    },
    {
      name: "archive-refusals",
      description: "Firehose refuses records: the limit of its stream is reached. They are tried again.",
      metric: metric("ThrottledRecords"),
      ...countAbove(0, 3),
      level: "today",
    },
    ...(parquet ? [conversion] : []),
  ];
}

/**
 * Returns the alarm of a table: throttled reads and writes of it and its indexes, in all of its slots. A stage for experiments has none: its records wait,
 * and other alarms say so.
 */
export function tableAlarm(table: TableDescription, deployedName: (name: string) => string): CloudwatchAlarm {
  const throttles = deployedTables(table).flatMap(({ name, indexes = [] }) => {
    const own = { TableName: deployedName(name) };
    const of = (metric: string, dimensions: Metric["dimensions"]): Metric => ({
      namespace: "AWS/DynamoDB",
      name: metric,
      dimensions,
    });
    return [
      of("WriteThrottleEvents", own),
      of("ReadThrottleEvents", own),
      ...indexes.map((index) => of("WriteThrottleEvents", { ...own, GlobalSecondaryIndexName: index.name })),
    ];
  });
  return {
    name: `${table.name}-table`,
    description: `DynamoDB throttles the table ${table.name} or its indexes. Records wait in the queues and are retried.`,
    metric: sumOf("throttled reads and writes", throttles),
    ...countAbove(0, 3),
    level: "today",
  };
}
