import { chunk } from "@rainhooks/core/collections";
import { countText } from "@rainhooks/core/count-text";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { nameOf } from "@rainhooks/stack/config/config";
import type { FunctionResources } from "@rainhooks/stack/function/function-resources";
import type { SourceTopic } from "@rainhooks/stack/topics";
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
import { Fn } from "cdktf";
import type { ArchiveResources } from "../archive/archive.ts";
import { deployedTables, type StageConfig } from "../config.ts";

const DAY_S = 86_400;
const HOUR_S = 3600;
/** The part of the time for which SQS keeps a message: ten of 14 days. */
const OLD = 10 / 14;

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
    },
  ];
}

/**
 * Returns the alarm of a table: throttled reads and writes of it and its indexes. A stage for
 * experiments has none: its records wait, and other alarms say so.
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
    // Without throttling there are no data, and alarms on metrics of DynamoDB stay as they are
    // without data.
    metric: sumOf("throttled reads and writes", throttles, orZero),
    ...countAbove(0, 3),
  };
}

/**
 * Returns the alarm on messages that SQS will delete, as of a function that somebody has paused and
 * forgotten: nothing mutes it. One for all queues, as far as one alarm can have them.
 */
export function oldestMessageAlarms(functions: readonly FunctionResources[]): CloudwatchAlarm[] {
  const queues = functions.flatMap(({ definition, queues }) =>
    queues === undefined || !("queue" in definition)
      ? []
      : [{ name: definition.name, queue: queues.queue, retentionS: definition.queue.retentionS }],
  );
  const groups = [...Map.groupBy(queues, ({ retentionS }) => retentionS)].flatMap(
    ([retentionS, all]) => chunk(all, MAX_METRICS).map((part) => ({ retentionS, part })),
  );
  return groups.map(({ retentionS, part }, index) => {
    const maxS = Math.floor(retentionS * OLD);
    const names = part.map(({ name }) => name).join(", ");
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

/**
 * CloudWatch looks at a week at most. Source: Amazon CloudWatch API reference, "PutMetricAlarm".
 */
const WEEK_DAYS = 7;
/**
 * Days without an event that make a topic quiet: each week has two where nobody works at weekends.
 */
const QUIET_DAYS = 2;
const EMPTY = {
  statistic: "Sum",
  comparison: "LessThanThreshold",
  threshold: 1,
  missingData: "breaching",
  periodS: DAY_S,
} as const;

/** True for an alarm that notifies nobody by itself: it is on for each topic that has no events. */
export function isPart({ name }: Pick<CloudwatchAlarm, "name">): boolean {
  return /^topic-.*-(empty|quiet)$/.test(name);
}

/**
 * Returns two alarms for each topic: that it had no event for a day, and that it had none on two
 * days of a week. A topic is silent if the first is on, and the second is not: it had events on
 * each of the six days before. So `topic-silent` is on for a day. What comes on topics of another
 * region, CloudWatch counts there.
 */
export function silentTopicAlarms(topics: readonly SourceTopic[]): CloudwatchAlarm[] {
  return topics
    .filter(({ region }) => region === undefined)
    .flatMap(({ id, arn }): CloudwatchAlarm[] => {
      const dimensions = { TopicName: Fn.element(Fn.split(":", arn), 5) };
      const published = { namespace: "AWS/SNS", name: "NumberOfMessagesPublished", dimensions };
      const metric = sumOf("published messages", [published], orZero);
      const quiet = `topic-${id}-quiet`;
      return [
        {
          name: `topic-${id}-empty`,
          metric,
          ...EMPTY,
          periods: 1,
          cause: "topic",
          onceKnown: quiet,
          description: `Nothing was published to the topic ${id} for a day. That is no fault by itself: topic-silent says when it is one.`,
        },
        {
          name: quiet,
          metric,
          ...EMPTY,
          periods: WEEK_DAYS,
          enough: QUIET_DAYS,
          isMuted: true,
          description: `Nothing was published to the topic ${id} on ${QUIET_DAYS} of the last ${WEEK_DAYS} days. That is no fault.`,
        },
      ];
    });
}
