import { chunk } from "@rainhooks/core/collections";
import { countText } from "@rainhooks/core/counted";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import {
  type CloudwatchAlarm,
  countAbove,
  highestOf,
  MAX_METRICS,
  type Metric,
  orZero,
  queueMetric,
  streamMetric,
  sumOf,
  valueAbove,
} from "@rainhooks/stack/watching/alarm";
import type { ArchiveResources } from "../archive/archive.ts";

const DAY_S = 86_400;
const HOUR_S = 3600;
/** The part of the time for which SQS keeps a message: ten of 14 days. */
const OLD = 10 / 14;

/** Returns the alarms of the archive: delay, failures and throttles of its stream. */
export function archiveAlarms({ stream }: ArchiveResources, bufferS: number): CloudwatchAlarm[] {
  const metric = (name: string): Metric => streamMetric(name, stream.name);
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
      description: "Firehose refuses records: the limit of its stream is reached. They are tried again.",
      metric: metric("ThrottledRecords"),
      ...countAbove(0, 3),
    },
  ];
}

/**
 * Returns the alarm of a table: throttled reads and writes of it and its indexes. A stage for
 * experiments has none: its records wait, and other alarms say so.
 *
 * @param deployed The tables that the stage has for it.
 */
export function tableAlarm(
  table: TableDescription,
  deployed: readonly TableDescription[],
  deployedName: (name: string) => string,
): CloudwatchAlarm {
  const throttles = deployed.flatMap(({ name, indexes = [] }) => {
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
    // Without throttling there are no data, and alarms on metrics of DynamoDB stay as they are without data.
    metric: sumOf("throttled reads and writes", throttles, orZero),
    ...countAbove(0, 3),
  };
}

/** A queue of a function. */
export interface FunctionQueue {
  readonly function: string;
  readonly queue: { readonly name: string };
  /** Seconds for which it keeps messages. */
  readonly retentionS: number;
}

/**
 * Returns the alarm on messages that SQS will delete, as of a function that somebody has paused and
 * forgotten: nothing mutes it. One for all queues, as far as one alarm can have them.
 */
export function oldestMessageAlarms(queues: readonly FunctionQueue[]): CloudwatchAlarm[] {
  const groups = [...Map.groupBy(queues, ({ retentionS }) => retentionS)].flatMap(([retentionS, all]) =>
    chunk(all, MAX_METRICS).map((part) => ({ retentionS, part })),
  );
  return groups.map(({ retentionS, part }, index) => {
    const maxS = Math.floor(retentionS * OLD);
    const names = part.map((one) => one.function).join(", ");
    return {
      name: index === 0 ? "oldest-message" : `${index + 1}-oldest-message`,
      description: `A message has waited for ${countText(Math.floor(maxS / DAY_S), "day")}, and SQS deletes it after ${countText(Math.floor(retentionS / DAY_S), "day")}. Is one of these functions paused: ${names}?`,
      metric: highestOf(
        "oldest message (s)",
        part.map(({ queue }) => queueMetric("ApproximateAgeOfOldestMessage", queue)),
      ),
      ...valueAbove(maxS),
      periodS: HOUR_S,
      cause: "lost",
    };
  });
}
