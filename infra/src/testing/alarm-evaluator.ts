import { MINUTE_MS } from "@rainhooks/core/durations";
import type { ResourceJson } from "@rainhooks/stack/stack-json";
import type { Metric } from "@rainhooks/stack/watching/alarm";

/** Until CloudWatch has a value: the services send their metrics each minute. */
const DELAY_MS = MINUTE_MS;

/** A value of a metric in CloudWatch. */
export interface DataPoint extends Metric {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly value: number;
}

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
};

/**
 * Returns a statistic of the values of a period, or a percentile such as `p95`; NaN without values.
 */
function statisticOf(name: string, values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const known = STATISTICS[name];
  if (known !== undefined) return known(values);
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((Number(name.slice(1)) / 100) * sorted.length) - 1] ?? Number.NaN;
}

/**
 * The values of each list by metric, sorted by time: the alarms of a stack look at the same list.
 */
const byMetric = new WeakMap<readonly DataPoint[], ReadonlyMap<string, readonly DataPoint[]>>();

/** Returns the values of a metric, by the time at which CloudWatch has them. */
function pointsOf(metric: Metric, points: readonly DataPoint[]): DataPoint[] {
  const sorted = () => points.toSorted((a, b) => a.atMs - b.atMs);
  const known = byMetric.get(points) ?? Map.groupBy(sorted(), keyOf);
  byMetric.set(points, known);
  return (known.get(keyOf(metric)) ?? []).map((point) => ({
    ...point,
    atMs: point.atMs + DELAY_MS,
  }));
}

function keyOf({ namespace, name, dimensions }: Metric): string {
  const sorted = Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
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

/** Epoch milliseconds, both included. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** States of an alarm. Source: Amazon CloudWatch user guide, "Alarm evaluation". */
export type State = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/**
 * Returns the state of an alarm of a stack at the end of each minute. It is evaluated each minute,
 * over its periods up to then, and begins without data.
 *
 * @throws {Error} for a metric of which AWS's rule is not known, and for metric math that is not
 * evaluated here.
 */
export function statesOf(
  alarm: ResourceJson,
  points: readonly DataPoint[],
  { fromMs, toMs }: Range,
): State[] {
  const watched = watchedBy(alarm, points);
  const compute = expressionOf(alarm);
  // The metrics of an alarm have the same period.
  const periodMs = watched[0]?.periodMs ?? MINUTE_MS;
  const known = new Map<number, number>();
  const valueAt = (endMs: number): number => {
    const value =
      known.get(endMs) ?? compute((back) => readValues(watched, endMs - back * periodMs));
    known.set(endMs, value);
    return value;
  };
  const states: State[] = [];
  let state: State = "INSUFFICIENT_DATA";
  for (let atMs = fromMs; atMs <= toMs; atMs += MINUTE_MS) {
    state = stateAt(alarm, (back) => valueAt(atMs - back * periodMs), state);
    states.push(state);
  }
  return states;
}

/** Returns the minutes at whose end an alarm of a stack is on, epoch milliseconds. */
export function minutesOn(
  alarm: ResourceJson,
  points: readonly DataPoint[],
  range: Range,
): number[] {
  return statesOf(alarm, points, range).flatMap((state, index) =>
    state === "ALARM" ? [range.fromMs + index * MINUTE_MS] : [],
  );
}

/**
 * Returns the state of a composite alarm.
 *
 * @param rule Such as `ALARM("a") OR (ALARM("b") AND NOT INSUFFICIENT_DATA("c"))`.
 * @param stateOf The states of other alarms, by their names.
 * @throws {Error} for other operators.
 */
export function compositeState(rule: string, stateOf: (name: string) => State): State {
  const isOn = rule.split(" OR ").some((part) =>
    part
      .replace(/^\((.*)\)$/, "$1")
      .split(" AND ")
      .every((term) => {
        const [, not, state, name = ""] =
          /^(NOT )?(OK|ALARM|INSUFFICIENT_DATA)\("([^"]+)"\)$/.exec(term) ?? [];
        if (state === undefined) throw new Error(`${term} is not evaluated here.`);
        return (stateOf(name) === state) === (not === undefined);
      }),
  );
  return isOn ? "ALARM" : "OK";
}

/**
 * Returns the metrics of an alarm with their names in its expression; that of an alarm without one
 * is `value`.
 */
export function metricsOf(
  alarm: ResourceJson,
): readonly (readonly [id: string, metric: ResourceJson])[] {
  const queries = alarm["metric_query"] as readonly {
    readonly id: string;
    readonly metric?: ResourceJson;
  }[];
  if (queries === undefined) return [["value", alarm]];
  return queries.flatMap(({ id, metric }) => (metric === undefined ? [] : [[id, metric] as const]));
}

function watchedBy(alarm: ResourceJson, points: readonly DataPoint[]): Watched[] {
  return metricsOf(alarm).map(([id, metric]) => {
    const namespace = String(metric["namespace"]);
    const name = String(metric["metric_name"]);
    const dimensions = (metric["dimensions"] ?? {}) as Metric["dimensions"];
    return {
      id,
      statistic: String(metric["stat"] ?? metric["statistic"]),
      periodMs: Number(metric["period"]) * 1000,
      points: pointsOf({ namespace, name, dimensions }, points),
    };
  });
}

/**
 * Returns the value of each metric in the period that ends then, by its name; NaN for one without
 * data.
 */
function readValues(watched: readonly Watched[], endMs: number): Record<string, number> {
  return Object.fromEntries(
    watched.map(({ id, statistic, periodMs, points }) => {
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

/**
 * Returns the values of a metric by the beginnings of their periods, epoch milliseconds, as
 * GetMetricData does: of those that CloudWatch has at the end of a range.
 */
export function valuesBetween(
  { metric, statistic, periodS }: { metric: Metric; statistic: string; periodS: number },
  points: readonly DataPoint[],
  { fromMs, toMs }: Range,
): Map<number, number> {
  const known = pointsOf(metric, points).filter(({ atMs }) => atMs <= toMs);
  const periods = Map.groupBy(known, ({ atMs }) => {
    const sentMs = atMs - DELAY_MS;
    return sentMs - (sentMs % (periodS * 1000));
  });
  const inRange = [...periods].filter(([atMs]) => atMs >= fromMs);
  return new Map(
    inRange.map(([atMs, all]) => [
      atMs,
      statisticOf(
        statistic,
        all.map(({ value }) => value),
      ),
    ]),
  );
}

/** Returns the index of the first point after a time. */
function firstAfter(points: readonly DataPoint[], atMs: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Computes a value of a period from the values of its metrics in that period, or a number of
 * periods before.
 */
type ValueOf = (valuesIn: ValuesIn) => number;
type ValuesIn = (back: number) => Readonly<Record<string, number>>;

/**
 * Returns a function that computes the value that an alarm compares: NaN without data. It supports
 * the metric math that the stacks use.
 */
function expressionOf(alarm: ResourceJson): ValueOf {
  const queries = (alarm["metric_query"] ?? []) as readonly { readonly expression?: string }[];
  const text = queries.find(({ expression }) => expression !== undefined)?.expression;
  if (text === undefined) return (valuesIn) => valuesIn(0)["value"] ?? Number.NaN;
  const [, name = "", all] = /^(SUM|MAX)\(\[(.+)\]\)$/.exec(text) ?? [];
  if (all !== undefined) {
    const ids = all.replaceAll(/FILL\((\w+), 0\)/g, "$1").split(", ");
    const read = all.includes("FILL(")
      ? filled
      : (valuesIn: ValuesIn, id: string) => valuesIn(0)[id];
    return (valuesIn) =>
      ofKnown(
        name === "SUM" ? "Sum" : "Maximum",
        ids.map((id) => read(valuesIn, id)),
      );
  }
  const [, grown] = /^DIFF\(FILL\((\w+), 0\)\)$/.exec(text) ?? [];
  if (grown !== undefined)
    return (valuesIn) => {
      const now = valuesIn(0)[grown] ?? Number.NaN;
      const before = valuesIn(1)[grown] ?? Number.NaN;
      // What has no data at all is not filled.
      return Number.isNaN(now) && Number.isNaN(before) ? Number.NaN : (now || 0) - (before || 0);
    };
  const [, a, b, least] =
    /^(?:IF\((?=(\w+) \+ (\w+) >= (\d+)).*, 100 \* \1 \/ \(\1 \+ \2\), 0\))$/.exec(text) ?? [];
  if (a !== undefined && b !== undefined)
    return (valuesIn) => {
      const { [a]: part = Number.NaN, [b]: rest = Number.NaN } = valuesIn(0);
      return part + rest >= Number(least) ? (100 * part) / (part + rest) : 0 * (part + rest);
    };
  const [, part, whole] = /^100 \* (\w+) \/ (\w+)$/.exec(text) ?? [];
  if (part === undefined || whole === undefined) throw new Error(`${text} is not evaluated here.`);
  return (valuesIn) =>
    (100 * (valuesIn(0)[part] ?? Number.NaN)) / (valuesIn(0)[whole] ?? Number.NaN);
}

/** A period without data is filled with 0 if others at which the alarm looks have some. */
function filled(valuesIn: ValuesIn, id: string): number {
  const [value = Number.NaN, ...before] = Array.from(
    { length: 2 * MORE_PERIODS },
    (_, back) => valuesIn(back)[id] ?? Number.NaN,
  );
  return Number.isNaN(value) && before.some((one) => !Number.isNaN(one)) ? 0 : value;
}

function ofKnown(statistic: string, values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined && !Number.isNaN(value));
  return statisticOf(statistic, known as readonly number[]);
}

/**
 * CloudWatch looks at more periods than an alarm has, if some have no data. In the examples of
 * AWS's page there are two more.
 */
const MORE_PERIODS = 2;

/**
 * Returns the next state. If enough periods have data, the latest of them count; only otherwise,
 * what `treat_missing_data` says. Source: Amazon CloudWatch user guide, "Configuring how CloudWatch
 * alarms treat missing data".
 */
function stateAt(alarm: ResourceJson, valueIn: (back: number) => number, before: State): State {
  const needed = Number(alarm["evaluation_periods"]);
  const seen = Array.from({ length: needed + MORE_PERIODS }, (_, back) =>
    isBreaching(alarm, valueIn(back)),
  );
  const enough = Number(alarm["datapoints_to_alarm"] ?? needed);
  const latest = seen.filter((one) => one !== undefined).slice(0, needed);
  const breaching = latest.filter((one) => one).length;
  const missing = missingDataOf(alarm);
  if (latest.length === needed || missing === "notBreaching")
    return breaching >= enough ? "ALARM" : "OK";
  if (missing === "breaching") return breaching + needed - latest.length >= enough ? "ALARM" : "OK";
  if (breaching < latest.length) return "OK";
  if (missing === "ignore") return before;
  if (latest.length === 0) return "INSUFFICIENT_DATA";
  // No alarm before its time: the oldest period that breaches must be as old as the alarm has
  // periods.
  return seen.lastIndexOf(true) >= needed - 1 ? "ALARM" : before;
}

/**
 * Alarms on metrics of DynamoDB stay as they are without data. Source: Amazon CloudWatch API
 * reference, "PutMetricAlarm".
 */
function missingDataOf(alarm: ResourceJson): unknown {
  const isDynamoDb = metricsOf(alarm).some(([, { namespace }]) => namespace === "AWS/DynamoDB");
  return isDynamoDb ? "ignore" : alarm["treat_missing_data"];
}

/** Returns undefined without data. */
function isBreaching(alarm: ResourceJson, value: number): boolean | undefined {
  if (Number.isNaN(value)) return undefined;
  const threshold = Number(alarm["threshold"]);
  return alarm["comparison_operator"] === "GreaterThanThreshold"
    ? value > threshold
    : value < threshold;
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
        [values[name] ?? []].flat().map((value) => ({
          namespace,
          name,
          dimensions,
          atMs: _aws.Timestamp,
          value: Number(value),
        })),
      );
    }),
  );
}
