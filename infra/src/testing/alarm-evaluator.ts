import { MINUTE_MS } from "@rainhooks/core";
import type { ResourceJson } from "../synthesize.ts";

/** A metric in CloudWatch. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A value of a metric in CloudWatch. */
export interface DataPoint extends MetricName {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly value: number;
}

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
};

/** Returns a statistic of the values of a period, or a percentile such as `p95`; NaN without values. */
function statisticOf(name: string, values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const known = STATISTICS[name];
  if (known !== undefined) return known(values);
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((Number(name.slice(1)) / 100) * sorted.length) - 1] ?? Number.NaN;
}

/** Returns the values of a metric, by time. */
function pointsOf({ namespace, name, dimensions }: MetricName, points: readonly DataPoint[]): DataPoint[] {
  const wanted = Object.entries(dimensions);
  return points
    .filter(
      (point) =>
        point.namespace === namespace &&
        point.name === name &&
        wanted.length === Object.keys(point.dimensions).length &&
        wanted.every(([key, value]) => point.dimensions[key] === value),
    )
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** A metric that an alarm looks at, with its values. */
interface Watched {
  /** Its name in the expression. */
  readonly id: string;
  readonly statistic: string;
  readonly periodMs: number;
  /** By time. */
  readonly points: readonly DataPoint[];
}

/**
 * Returns the minutes at whose end an alarm of a stack is on, epoch milliseconds. It is evaluated each minute, over its periods up to then. A period without
 * data means what `treat_missing_data` says: with `ignore` the alarm stays as it is.
 * One that tells when it has no data any more is on then, too.
 * Source: Amazon CloudWatch user guide, "Evaluating an alarm" and "Configuring how CloudWatch alarms treat missing data".
 *
 * @throws {Error} for metric math that is not evaluated here.
 */
export function minutesOn(
  alarm: ResourceJson,
  points: readonly DataPoint[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): number[] {
  const watched = watchedBy(alarm, points);
  const compute = expressionOf(alarm);
  const minutes: number[] = [];
  let state: State = "insufficient data";
  let wasOk = false;
  for (let atMs = fromMs; atMs <= toMs; atMs += MINUTE_MS) {
    state = stateAt(alarm, (back) => compute(valuesAt(watched, atMs, back)), state);
    wasOk ||= state === "ok";
    if (state === "alarm" || (wasOk && state === "insufficient data" && tellsOfMissing(alarm)))
      minutes.push(atMs);
  }
  return minutes;
}

type State = "ok" | "alarm" | "insufficient data";

function tellsOfMissing({ insufficient_data_actions: actions }: ResourceJson): boolean {
  return Array.isArray(actions) && actions.length > 0;
}

/** Returns the metrics of an alarm with their names in its expression; that of an alarm without one is `value`. */
export function metricsOf(alarm: ResourceJson): readonly (readonly [id: string, metric: ResourceJson])[] {
  const queries = alarm["metric_query"] as readonly { readonly id: string; readonly metric?: ResourceJson }[];
  if (queries === undefined) return [["value", alarm]];
  return queries.flatMap(({ id, metric }) => (metric === undefined ? [] : [[id, metric] as const]));
}

function watchedBy(alarm: ResourceJson, points: readonly DataPoint[]): Watched[] {
  return metricsOf(alarm).map(([id, metric]) => ({
    id,
    statistic: String(metric["stat"] ?? metric["statistic"]),
    periodMs: Number(metric["period"]) * 1000,
    points: pointsOf(
      {
        namespace: String(metric["namespace"]),
        name: String(metric["metric_name"]),
        dimensions: (metric["dimensions"] ?? {}) as MetricName["dimensions"],
      },
      points,
    ),
  }));
}

/** Returns the value of each metric in a period, by its name; NaN for one without data. @param back Periods before the last one. */
function valuesAt(watched: readonly Watched[], atMs: number, back: number): Record<string, number> {
  return Object.fromEntries(
    watched.map(({ id, statistic, periodMs, points }) => {
      const endMs = atMs - back * periodMs;
      const values = points.slice(firstAfter(points, endMs - periodMs), firstAfter(points, endMs));
      return [
        id,
        statisticOf(
          statistic,
          values.map((point) => point.value),
        ),
      ];
    }),
  );
}

/** Returns the index of the first point after a time. */
function firstAfter(points: readonly DataPoint[], atMs: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

type ValueOf = (values: Readonly<Record<string, number>>) => number;

/** Returns what computes the value that an alarm compares: NaN without data. Of metric math, it knows what the stacks use. */
function expressionOf(alarm: ResourceJson): ValueOf {
  const queries = (alarm["metric_query"] ?? []) as readonly { readonly expression?: string }[];
  const text = queries.find(({ expression }) => expression !== undefined)?.expression;
  if (text === undefined) return ({ value = Number.NaN }) => value;
  const [, summed] = /^SUM\(\[([\w, ]+)\]\)$/.exec(text) ?? [];
  if (summed !== undefined) return (values) => sumOfKnown(summed.split(", ").map((id) => values[id]));
  const [, a, b, least] = /^IF\((\w+) \+ (\w+) >= (\d+), 100 \* \1 \/ \(\1 \+ \2\), 0\)$/.exec(text) ?? [];
  if (a === undefined || b === undefined) throw new Error(`${text} is not evaluated here.`);
  return ({ [a]: part = Number.NaN, [b]: rest = Number.NaN }) =>
    part + rest >= Number(least) ? (100 * part) / (part + rest) : 0 * (part + rest);
}

function sumOfKnown(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined && !Number.isNaN(value));
  return known.length === 0 ? Number.NaN : known.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function stateAt(alarm: ResourceJson, valueIn: (back: number) => number, before: State): State {
  const periods = Array.from({ length: Number(alarm["evaluation_periods"]) }, (_, back) =>
    periodOf(alarm, valueIn(back)),
  );
  if (periods.includes("ok")) return "ok";
  // With "missing", one period that breaches is enough if all others have no data.
  if (alarm["treat_missing_data"] === "missing")
    return periods.includes("breaching") ? "alarm" : "insufficient data";
  return periods.every((period) => period === "breaching") ? "alarm" : before;
}

function periodOf(alarm: ResourceJson, value: number): "breaching" | "ok" | "missing" {
  const missing = alarm["treat_missing_data"];
  if (Number.isNaN(value))
    return missing === "breaching" ? "breaching" : missing === "notBreaching" ? "ok" : "missing";
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
