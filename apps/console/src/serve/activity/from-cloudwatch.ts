import type { MetricDataQuery, MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { SECOND_MS } from "@rainhooks/core/durations";
import { clientOptions } from "@rainhooks/stage/account";
import { ActivityBins, type Bins, OUTCOMES } from "@rainhooks/stage/routes/bins";
import { queueNameOf } from "@rainhooks/stage/stage-access";
import type { FunctionActivity } from "./from-log.ts";

/** A webhook or worker of a deployed stage. */
export interface ActivityFunction {
  readonly name: string;
  readonly queueUrl: string;
}

/** Asks CloudWatch for metrics of a range of times. */
export type AskMetrics = (
  queries: readonly MetricDataQuery[],
  fromMs: number,
  toMs: number,
) => Promise<readonly MetricDataResult[]>;

/** The metrics of a function, as it writes them, and that of a queue, as SQS does. */
const OWN = "Rainhooks";
const SQS = "AWS/SQS";
const AGE = "ApproximateAgeOfOldestMessage";
/** SQS writes the age once a minute; it comes some minutes late. */
const AGE_LOOK_BACK_MS = 600 * SECOND_MS;

/** Reads what the functions of a deployed stage did, by their names. */
export async function activityInCloudWatch(
  ask: AskMetrics,
  stage: string,
  deployed: readonly ActivityFunction[],
  bins: Bins,
  nowMs: number,
): Promise<ReadonlyMap<string, FunctionActivity>> {
  const { fromMs, binMs, count } = bins;
  const counts = deployed.flatMap(({ name }, index) =>
    OUTCOMES.map((metric) =>
      query(`m${index}_${metric}`, OWN, metric, { Stage: stage, Webhook: name }, binMs, "Sum"),
    ),
  );
  const ages = deployed.map(({ queueUrl }, index) =>
    query(`a${index}`, SQS, AGE, { QueueName: queueNameOf(queueUrl) }, 60 * SECOND_MS, "Maximum"),
  );
  const [counted, aged] = await Promise.all([
    ask(counts, fromMs, fromMs + count * binMs),
    ask(ages, nowMs - AGE_LOOK_BACK_MS, nowMs),
  ]);
  return new Map(
    deployed.map(({ name }, index) => {
      const sums = new ActivityBins(bins);
      for (const metric of OUTCOMES)
        for (const [atMs, value] of valuesOf(counted, `m${index}_${metric}`)) {
          sums.add(metric, atMs, value);
          sums.add("Received", atMs, value);
        }
      // The newest value is the first.
      const oldestS = resultsOf(aged, `a${index}`)[0]?.Values?.[0];
      return [name, { counts: sums.counts, ...(oldestS === undefined ? {} : { oldestS }) }];
    }),
  );
}

function query(
  Id: string,
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
  binMs: number,
  Stat: "Sum" | "Maximum",
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id,
    MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: binMs / SECOND_MS, Stat },
  };
}

function valuesOf(results: readonly MetricDataResult[], id: string): [atMs: number, number][] {
  return resultsOf(results, id).flatMap(({ Timestamps = [], Values = [] }) =>
    Timestamps.map((at, index): [number, number] => [at.getTime(), Values[index] ?? 0]),
  );
}

/** A result can come in several pages. */
function resultsOf(results: readonly MetricDataResult[], id: string): MetricDataResult[] {
  return results.filter(({ Id }) => Id === id);
}

/** Asks CloudWatch in a region, with the user's own credentials. */
export function metricsOf(region: string): AskMetrics {
  return async (queries, fromMs, toMs) => {
    if (queries.length === 0) return [];
    const { CloudWatchClient, paginateGetMetricData } = await import("@aws-sdk/client-cloudwatch");
    const pages = paginateGetMetricData(
      { client: new CloudWatchClient(clientOptions({ region })) },
      { MetricDataQueries: [...queries], StartTime: new Date(fromMs), EndTime: new Date(toMs) },
    );
    const results: MetricDataResult[] = [];
    for await (const { MetricDataResults = [] } of pages) results.push(...MetricDataResults);
    return results;
  };
}
