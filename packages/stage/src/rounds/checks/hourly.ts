import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import { chunk } from "@rainhooks/core/collections";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { HourlyAlarm } from "../../outputs.ts";
import type { RoundCheck } from "../round-check.ts";

/** Source: Amazon CloudWatch API reference, "GetMetricData". */
const MAX_QUERIES = 500;
/** Metrics come some minutes late, and a round may come late, too. */
const LOOK_BACK_MS = HOUR_MS + 30 * MINUTE_MS;

/** Values of a metric, by the time at which their period begins. */
type Values = ReadonlyMap<number, number>;

/** What was too much for a while, as CloudWatch's metrics of the last hour say. */
export const hourlyMetrics: RoundCheck = {
  name: "hourly",
  level: "today",
  alarmOf: (id) => id,
  description: "A metric of the last hour was above its maximum.",
  toldWhen: "within an hour",
  isHourly: true,
  find: async ({ outputs, clients, nowMs }) => {
    const above = await alarmsAbove(outputs.rounds?.hourly ?? [], clients.cloudwatch, nowMs);
    return above.map(({ name, description }) => ({ id: name, text: description }));
  },
};

/** Returns those whose metrics were above their maximum at a time within the last hour. */
export async function alarmsAbove(
  alarms: readonly HourlyAlarm[],
  cloudwatch: CloudWatchClient,
  nowMs: number,
): Promise<HourlyAlarm[]> {
  const values = await readMetrics(alarms, cloudwatch, nowMs);
  return alarms.filter((alarm, index) => wasAbove(alarm, values[index] ?? []));
}

/** Whether the sum of metrics was above a maximum for some periods in a row. */
function wasAbove({ max, periods, periodS }: HourlyAlarm, metrics: readonly Values[]): boolean {
  const times = [...new Set(metrics.flatMap((values) => [...values.keys()]))].toSorted(
    (a, b) => a - b,
  );
  let row: number[] = [];
  for (const atMs of times) {
    const sum = metrics.reduce((all, values) => all + (values.get(atMs) ?? 0), 0);
    const follows = row.length === 0 || atMs - (row.at(-1) ?? 0) === periodS * SECOND_MS;
    row = sum > max ? [...(follows ? row : []), atMs] : [];
    if (row.length >= periods) return true;
  }
  return false;
}

/** Reads the metrics of all alarms together: each is billed, and each call takes 500. */
async function readMetrics(
  alarms: readonly HourlyAlarm[],
  cloudwatch: CloudWatchClient,
  nowMs: number,
): Promise<Values[][]> {
  const queries = alarms.flatMap(({ metrics, periodS, statistic }, alarm) =>
    metrics.map(([Namespace, MetricName, ...dimensions], metric) => ({
      Id: `m${alarm}_${metric}`,
      MetricStat: {
        Metric: { Namespace, MetricName, Dimensions: dimensionsOf(dimensions) },
        Period: periodS,
        Stat: statistic,
      },
    })),
  );
  const results: MetricDataResult[] = [];
  for (const part of chunk(queries, MAX_QUERIES)) {
    const { MetricDataResults = [] } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(nowMs - LOOK_BACK_MS),
        EndTime: new Date(nowMs),
        MetricDataQueries: part,
      }),
    );
    results.push(...MetricDataResults);
  }
  return alarms.map(({ metrics }, alarm) =>
    metrics.map((_, metric) => {
      const { Timestamps = [], Values = [] } =
        results.find(({ Id }) => Id === `m${alarm}_${metric}`) ?? {};
      return new Map(Timestamps.map((at, index) => [at.getTime(), Values[index] ?? 0]));
    }),
  );
}

function dimensionsOf(pairs: readonly string[]) {
  return chunk(pairs, 2).map(([Name, Value]) => ({ Name, Value }));
}
