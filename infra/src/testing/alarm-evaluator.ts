import type { ResourceJson } from "../synthesize.ts";

/** A value of a metric in CloudWatch. */
export interface DataPoint {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly value: number;
}

const MINUTE_MS = 60_000;

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
};

/**
 * Returns the minutes at whose end an alarm of a stack is on, epoch milliseconds. It is evaluated each minute, over its periods up to then. A period without
 * data means what `treat_missing_data` says: with `ignore` the alarm stays as it is.
 * Source: Amazon CloudWatch user guide, "Evaluating an alarm" and "Configuring how CloudWatch alarms treat missing data".
 *
 * @throws {Error} for an alarm on metric math, which is not evaluated here.
 */
export function minutesOn(
  alarm: ResourceJson,
  points: readonly DataPoint[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): number[] {
  if (alarm["metric_query"] !== undefined) throw new Error("Metric math is not evaluated here.");
  const own = points.filter((point) => isOf(alarm, point)).toSorted((a, b) => a.atMs - b.atMs);
  const minutes: number[] = [];
  let isOn = false;
  for (let atMs = fromMs; atMs <= toMs; atMs += MINUTE_MS) {
    isOn = isOnAt(alarm, own, atMs, isOn);
    if (isOn) minutes.push(atMs);
  }
  return minutes;
}

function isOf(alarm: ResourceJson, { namespace, name, dimensions }: DataPoint): boolean {
  const wanted = Object.entries(alarm["dimensions"] ?? {});
  return (
    alarm["namespace"] === namespace &&
    alarm["metric_name"] === name &&
    wanted.length === Object.keys(dimensions).length &&
    wanted.every(([key, value]) => dimensions[key] === value)
  );
}

function isOnAt(alarm: ResourceJson, points: readonly DataPoint[], atMs: number, wasOn: boolean): boolean {
  const periodMs = Number(alarm["period"]) * 1000;
  const states = Array.from({ length: Number(alarm["evaluation_periods"]) }, (_, index) => {
    const endMs = atMs - index * periodMs;
    const values = points.filter((point) => point.atMs > endMs - periodMs && point.atMs <= endMs);
    return stateOf(
      alarm,
      values.map(({ value }) => value),
    );
  });
  if (states.includes("ok")) return false;
  // With "missing", one period that breaches is enough if all others have no data; if none has, the alarm has insufficient data.
  if (alarm["treat_missing_data"] === "missing") return states.includes("breaching");
  return states.every((state) => state === "breaching") ? true : wasOn;
}

function stateOf(alarm: ResourceJson, values: readonly number[]): "breaching" | "ok" | "missing" {
  const missing = alarm["treat_missing_data"];
  if (values.length === 0)
    return missing === "breaching" ? "breaching" : missing === "notBreaching" ? "ok" : "missing";
  const value = STATISTICS[String(alarm["statistic"])]?.(values) ?? Number.NaN;
  const threshold = Number(alarm["threshold"]);
  const isBreaching =
    alarm["comparison_operator"] === "GreaterThanThreshold" ? value > threshold : value < threshold;
  return isBreaching ? "breaching" : "ok";
}

/** Returns the values of the metrics in a line of CloudWatch's Embedded Metric Format. */
export function pointsIn(line: string): DataPoint[] {
  const { _aws, ...values } = JSON.parse(line) as {
    readonly _aws: {
      readonly Timestamp: number;
      readonly CloudWatchMetrics: readonly {
        readonly Namespace: string;
        readonly Dimensions: readonly (readonly string[])[];
        readonly Metrics: readonly { readonly Name: string }[];
      }[];
    };
  } & Readonly<Record<string, string | number | readonly number[]>>;
  return _aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(values[name])]));
      return Metrics.flatMap(({ Name: name }) =>
        [values[name] ?? []]
          .flat()
          .map((value) => ({ namespace, name, dimensions, atMs: _aws.Timestamp, value: Number(value) })),
      );
    }),
  );
}
