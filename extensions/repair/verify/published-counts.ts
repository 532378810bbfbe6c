import type { MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { hourOf, startOf } from "@rainhooks/archive/hour";
import { MINUTE_MS } from "@rainhooks/core/durations";

import { clientOptions } from "@rainhooks/stage/account";
import { readPublishedCounts } from "@rainhooks/stage/published-counts";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { HourCounts } from "./verify-archive.ts";

/** How late a metric of SNS can come. */
export const METRICS_LATE_MS = 15 * MINUTE_MS;

const HOUR_S = 3600;

/** What SNS says it took. */
export interface TopicCounts {
  readonly counts: HourCounts;
  /** End of the range that is counted, epoch milliseconds. */
  readonly toMs: number;
}

/**
 * Returns how many messages SNS says it took, by hour and topic.
 *
 * @param range Whole hours. Without an end, it ends with what can be counted: on a local stage now.
 */
export async function publishedCounts(
  { local, outputs: { region } }: StageAccess,
  topics: readonly string[],
  range: { readonly fromMs: number; readonly toMs: number | undefined },
): Promise<TopicCounts> {
  const { fromMs } = range;
  const counts = new Map<string, Map<string, number>>();
  const add = (hour: string, topic: string, count: number) => {
    const inHour = counts.get(hour) ?? new Map<string, number>();
    inHour.set(topic, (inHour.get(topic) ?? 0) + count);
    counts.set(hour, inHour);
  };
  if (local === undefined) {
    const toMs = range.toMs ?? Date.now();
    for (const { Id, Timestamps = [], Values = [] } of await metrics(region, topics, fromMs, toMs))
      Timestamps.forEach((at, index) => {
        const topic = topics[Number(Id?.slice("topic".length))];
        if (topic !== undefined) add(hourOf(at.getTime()), topic, Values[index] ?? 0);
      });
    return { counts, toMs };
  }
  const taken = await readPublishedCounts(local.file.endpoint);
  const { toMs = taken.beforeMs } = range;
  for (const { hour, topic, count } of taken.counts) {
    const startMs = startOf(hour);
    if (topics.includes(topic) && startMs >= fromMs && startMs < toMs) add(hour, topic, count);
  }
  return { counts, toMs };
}

async function metrics(
  region: string,
  topics: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<MetricDataResult[]> {
  const { CloudWatchClient, paginateGetMetricData } = await import("@aws-sdk/client-cloudwatch");
  const results: MetricDataResult[] = [];
  const pages = paginateGetMetricData(
    { client: new CloudWatchClient(clientOptions({ region })) },
    {
      StartTime: new Date(fromMs),
      EndTime: new Date(toMs),
      MetricDataQueries: topics.map((Value, index) => ({
        Id: `topic${index}`,
        MetricStat: {
          Metric: {
            Namespace: "AWS/SNS",
            MetricName: "NumberOfMessagesPublished",
            Dimensions: [{ Name: "TopicName", Value }],
          },
          Period: HOUR_S,
          Stat: "Sum",
        },
      })),
    },
  );
  for await (const { MetricDataResults = [] } of pages) results.push(...MetricDataResults);
  return results;
}
