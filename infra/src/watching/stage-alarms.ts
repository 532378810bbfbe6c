import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { nameOf } from "@rainhooks/stack/config/config";
import {
  type CloudwatchAlarm,
  countAbove,
  type Metric,
  streamMetric,
  sumOf,
  valueAbove,
} from "@rainhooks/stack/watching/alarm";
import type { ArchiveResources } from "../archive/archive.ts";
import { deployedTables, type StageConfig } from "../config.ts";

/** Returns the alarms of the archive: delay, failures and throttles of its stream. */
export function archiveAlarms({
  stream,
  description: { bufferS },
}: ArchiveResources): CloudwatchAlarm[] {
  const metric = (name: string): Metric => streamMetric(name, stream);
  return [
    {
      name: "archive-freshness",
      description: "Firehose is late: the oldest delivery that is not yet in S3 is too old.",
      metric: metric("DeliveryToS3.DataFreshness"),
      ...valueAbove(3 * bufferS),
      // Known once the first delivery has come: an alarm for silence asks.
      missingData: "ignore",
      cause: "archive",
    },
    {
      name: "archive-delivery",
      description:
        "Firehose could not write to S3 for 15 minutes. It tries again for 24 hours. See its log group for the cause.",
      metric: metric("DeliveryToS3.Success"),
      statistic: "Minimum",
      comparison: "LessThanThreshold",
      threshold: 1,
      periods: 3,
    },
    {
      name: "archive-refusals",
      description:
        "Firehose refuses records: the limit of its stream is reached. They are tried again.",
      metric: metric("ThrottledRecords"),
      ...countAbove(0, 3),
      isHourly: true,
    },
  ];
}

/**
 * Returns the alarm of a table: throttled reads and writes of it and its indexes.
 */
export function tableAlarm(config: StageConfig, table: TableDescription): CloudwatchAlarm {
  const throttles = deployedTables(config, table).flatMap(({ name, indexes = [] }) => {
    const own = { TableName: nameOf(config, name) };
    const of = (metric: string, dimensions: Metric["dimensions"]): Metric => ({
      namespace: "AWS/DynamoDB",
      name: metric,
      dimensions,
    });
    return [
      of("WriteThrottleEvents", own),
      of("ReadThrottleEvents", own),
      ...indexes.map((index) =>
        of("WriteThrottleEvents", { ...own, GlobalSecondaryIndexName: index.name }),
      ),
    ];
  });
  return {
    name: `${table.name}-table`,
    description: `DynamoDB throttles the table ${table.name} or its indexes. Records wait in the queues and are retried.`,
    metric: sumOf("throttled reads and writes", throttles),
    ...countAbove(0, 3),
    isHourly: true,
  };
}
