import { addToHour, type HourTopics, hourOf, startOf } from "@rainhooks/archive/hour";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { clientOptions } from "@rainhooks/stage/account";
import { readPublishedCounts } from "@rainhooks/stage/local-endpoint";
import type { StageAccess } from "@rainhooks/stage/reached";

/** How late a metric of SNS can come. */
export const METRICS_LATE_MS = 15 * MINUTE_MS;

const HOUR_S = 3600;

/** What SNS says it took. */
export interface TopicCounts {
  readonly counts: HourTopics;
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
  const counts = new Map<string, Map<string, number>>();
  if (local === undefined) {
    const toMs = range.toMs ?? Date.now();
    const metrics = snsMetrics(region, topics, { fromMs: range.fromMs, toMs });
    for await (const [atMs, topic, count] of metrics) addToHour(counts, hourOf(atMs), topic, count);
    return { counts, toMs };
  }
  const published = await readPublishedCounts(local.file.endpoint);
  const { fromMs, toMs = published.beforeMs } = range;
  for (const { hour, topic, count } of published.counts) {
    const startMs = startOf(hour);
    if (topics.includes(topic) && startMs >= fromMs && startMs < toMs) addToHour(counts, hour, topic, count);
  }
  return { counts, toMs };
}

async function* snsMetrics(
  region: string,
  topics: readonly string[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): AsyncGenerator<readonly [atMs: number, topic: string, count: number]> {
  const { CloudWatchClient, paginateGetMetricData } = await import("@aws-sdk/client-cloudwatch");
  const MetricDataQueries = topics.map((Value, index) => {
    const Dimensions = [{ Name: "TopicName", Value }];
    const Metric = { Namespace: "AWS/SNS", MetricName: "NumberOfMessagesPublished", Dimensions };
    return { Id: `topic${index}`, MetricStat: { Metric, Period: HOUR_S, Stat: "Sum" } };
  });
  const client = new CloudWatchClient(clientOptions({ region }));
  const query = { StartTime: new Date(fromMs), EndTime: new Date(toMs), MetricDataQueries };
  for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, query))
    for (const { Id, Timestamps = [], Values = [] } of MetricDataResults)
      for (const [index, at] of Timestamps.entries())
        yield [at.getTime(), topics[Number(Id?.slice("topic".length))] ?? "", Values[index] ?? 0];
}
