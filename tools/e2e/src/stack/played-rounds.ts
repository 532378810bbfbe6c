import { CloudWatchClient, type GetMetricDataCommandInput } from "@aws-sdk/client-cloudwatch";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import {
  type DataPoint,
  type Range,
  valuesBetween,
} from "@rainhooks/infra/testing/alarm-evaluator";
import type { HourlyAlarm } from "@rainhooks/stage/outputs";
import { alarmsAbove } from "@rainhooks/stage/rounds/checks/hourly";
import { deadLettersFlood, floods } from "@rainhooks/stage/rounds/checks/queues";
import { ROUND_MINUTES, type Waiting } from "@rainhooks/stage/rounds/round-check";

const VISIBLE = "ApproximateNumberOfMessagesVisible";

/** Returns the alarms that rounds turn on in a play, and in which minutes. */
export async function roundsIn(
  hourly: readonly HourlyAlarm[],
  points: readonly DataPoint[],
  { fromMs, toMs }: Range,
): Promise<Map<string, number[]>> {
  const on = new Map<string, number[]>();
  const cloudwatch = cloudwatchOf(points);
  const notes = new Map<string, string>();
  const add = (name: string, nowMs: number, lengthMs: number) => {
    const minutes = on.get(name) ?? [];
    for (let atMs = nowMs; atMs < Math.min(nowMs + lengthMs, toMs + MINUTE_MS); atMs += MINUTE_MS)
      minutes.push((atMs - fromMs) / MINUTE_MS);
    on.set(name, minutes);
  };
  const roundMs = ROUND_MINUTES * MINUTE_MS;
  for (let nowMs = fromMs + roundMs; nowMs <= toMs; nowMs += roundMs) {
    if ((nowMs - fromMs) % HOUR_MS === 0)
      for (const { name } of await alarmsAbove(hourly, cloudwatch, nowMs))
        add(name, nowMs, HOUR_MS);
    if (floods({ waiting: lettersAt(points, nowMs), notes, nowMs }).length > 0)
      add(deadLettersFlood.name, nowMs, roundMs);
  }
  return on;
}

/** Returns how many messages are in each dead-letter queue at a time. */
function lettersAt(points: readonly DataPoint[], nowMs: number): Map<string, Waiting> {
  const waiting = new Map<string, Waiting>();
  for (const { name, dimensions, atMs, value } of points) {
    const queue = dimensions["QueueName"] ?? "";
    const isNow = atMs <= nowMs && atMs > nowMs - MINUTE_MS;
    if (name === VISIBLE && isNow && queue.endsWith("-dead-letters"))
      waiting.set(queue, { messages: 0, deadLetters: value });
  }
  return waiting;
}

/** A client of CloudWatch that has the values of a play. */
function cloudwatchOf(points: readonly DataPoint[]): CloudWatchClient {
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const client = new CloudWatchClient({ region: "us-east-1", credentials });
  // Takes the place of the request.
  client.middlewareStack.add(
    () => async (call) => {
      const { StartTime, EndTime, MetricDataQueries } = call.input as GetMetricDataCommandInput;
      const range = { fromMs: Number(StartTime), toMs: Number(EndTime) };
      const MetricDataResults = MetricDataQueries?.map(({ Id, MetricStat: stat }) => {
        const { Namespace = "", MetricName = "", Dimensions = [] } = stat?.Metric ?? {};
        const pairs = Dimensions.map(({ Name = "", Value = "" }) => [Name, Value]);
        const dimensions: Record<string, string> = Object.fromEntries(pairs);
        const metric = { namespace: Namespace, name: MetricName, dimensions };
        const query = { metric, statistic: stat?.Stat ?? "", periodS: stat?.Period ?? 0 };
        const values = [...valuesBetween(query, points, range)];
        return {
          Id,
          Timestamps: values.map(([atMs]) => new Date(atMs)),
          Values: values.map(([, value]) => value),
        };
      });
      return { response: {}, output: { $metadata: {}, MetricDataResults } };
    },
    { step: "initialize" },
  );
  return client;
}
