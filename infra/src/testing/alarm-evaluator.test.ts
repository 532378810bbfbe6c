import { expect, it, test } from "@jest/globals";
import {
  compositeState,
  type DataPoint,
  minutesOn,
  pointsIn,
  statesOf,
} from "./alarm-evaluator.ts";

const MIN = 60_000;
/* Each value is in CloudWatch a minute later: so its rule says. */
const ALARM = {
  namespace: "N",
  metric_name: "M",
  dimensions: { A: "a" },
  statistic: "Sum",
  period: 300,
  comparison_operator: "GreaterThanThreshold",
  threshold: 1,
  evaluation_periods: 2,
  treat_missing_data: "notBreaching",
};
const point = (minute: number, value: number): DataPoint => ({
  namespace: "N",
  name: "M",
  dimensions: { A: "a" },
  atMs: minute * MIN,
  value,
});
const on = (change: object, points: readonly DataPoint[]) =>
  minutesOn({ ...ALARM, ...change }, points, { fromMs: 10 * MIN, toMs: 30 * MIN }).map(
    (atMs) => atMs / MIN,
  );

/** A metric that has a value each minute, 0. */
const quiet = Array.from({ length: 40 }, (_, minute) => point(minute - 5, 0));

it("an alarm is on while each of its periods breaches", () => {
  const points = [...quiet, point(8, 2), point(12, 1), point(13, 1), point(20, 2)];
  // From 14 to 17, the last five minutes have two, and so have the five before; from 21 on it is so
  // until 22.
  expect(on({}, points)).toEqual([14, 15, 16, 17, 21, 22]);
  expect(on({ evaluation_periods: 1 }, points)).toEqual([
    10, 11, 12, 13, 14, 15, 16, 17, 21, 22, 23, 24, 25,
  ]);
});

/**
 * The last state of an alarm that was off, with three periods of a minute, after five minutes: X
 * breaches, 0 does not, - has no data.
 */
function stateAfter(shown: string, treat_missing_data: string): string {
  const points = shown
    .split(" ")
    .flatMap((one, index) => (one === "-" ? [] : [point(index + 1, one === "X" ? 2 : 0)]));
  const before = [point(-9, 0), point(-8, 0), point(-7, 0)];
  const alarm = { ...ALARM, period: 60, evaluation_periods: 3, treat_missing_data };
  return statesOf(alarm, [...before, ...points], { fromMs: -6 * MIN, toMs: 6 * MIN }).at(-1) ?? "";
}

// Source: Amazon CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data", the
// table of an alarm with three of three periods.
test.each([
  ["0 - X - X", { missing: "OK", ignore: "OK", breaching: "OK", notBreaching: "OK" }],
  ["- - - - 0", { missing: "OK", ignore: "OK", breaching: "OK", notBreaching: "OK" }],
  [
    "- - - - -",
    { missing: "INSUFFICIENT_DATA", ignore: "OK", breaching: "ALARM", notBreaching: "OK" },
  ],
  ["0 X X - X", { missing: "ALARM", ignore: "ALARM", breaching: "ALARM", notBreaching: "ALARM" }],
  ["- - X - -", { missing: "ALARM", ignore: "OK", breaching: "ALARM", notBreaching: "OK" }],
  // No alarm before its time: only the last two periods can breach.
  [
    "- - - X -",
    { missing: "INSUFFICIENT_DATA", ignore: "OK", breaching: "ALARM", notBreaching: "OK" },
  ],
])("AWS's example %s", (shown, expected) => {
  const states = Object.keys(expected).map((missing) => [missing, stateAfter(shown, missing)]);
  expect(Object.fromEntries(states)).toEqual(expected);
});

it("metrics of DynamoDB without data leave an alarm as it is, whatever it says", () => {
  const of = (at: DataPoint) => ({ ...at, namespace: "AWS/DynamoDB", name: "WriteThrottleEvents" });
  const change = {
    namespace: "AWS/DynamoDB",
    metric_name: "WriteThrottleEvents",
    evaluation_periods: 1,
  };
  const points = [of(point(12, 2)), of(point(25, 0))];
  const minutes = (more: object) => on({ ...change, ...more }, points);
  expect(minutes({})).toEqual(Array.from({ length: 13 }, (_, index) => index + 13));
  // Filled, it ends. The value is there a minute later.
  const metric = { id: "a", metric: { ...ALARM, ...change, stat: "Sum" } };
  const metric_query = [metric, { id: "value", expression: "SUM([FILL(a, 0)])" }];
  expect(minutes({ metric_query })).toEqual([13, 14, 15, 16, 17]);
});

test.each([
  ['ALARM("a") OR ALARM("b")', "ALARM"],
  ['ALARM("b")', "OK"],
  ['(ALARM("a") AND NOT INSUFFICIENT_DATA("c")) OR ALARM("b")', "OK"],
  ['(ALARM("a") AND NOT INSUFFICIENT_DATA("b"))', "ALARM"],
])("the composite alarm %s is %s", (rule, expected) => {
  const states = { a: "ALARM", b: "OK", c: "INSUFFICIENT_DATA" } as const;
  expect(compositeState(rule, (name) => states[name as "a"])).toBe(expected);
});

it("the alarm evaluator uses its own metric alone, by its statistic and comparison", () => {
  const other = { ...point(12, 9), dimensions: { A: "b" } };
  const more = { ...point(12, 9), dimensions: { A: "a", B: "b" } };
  expect(on({ evaluation_periods: 1 }, [other, more, { ...point(12, 9), name: "X" }])).toEqual([]);
  const low = {
    statistic: "Minimum",
    comparison_operator: "LessThanThreshold",
    evaluation_periods: 1,
  };
  const high = quiet.map((one) => ({ ...one, value: 5 }));
  expect(on(low, [...high, point(13, 0)])).toEqual([14, 15, 16, 17, 18]);
  expect(on({ statistic: "Maximum", evaluation_periods: 1 }, [point(12, 1), point(13, 1)])).toEqual(
    [],
  );
});

it("the alarm evaluator reads the values of a line that a function writes", () => {
  const line = {
    _aws: {
      Timestamp: 5,
      CloudWatchMetrics: [
        { Namespace: "N", Dimensions: [["A"]], Metrics: [{ Name: "M" }, { Name: "Ages" }] },
      ],
    },
    A: "a",
    M: 3,
    Ages: [1, 2],
  };
  expect(
    pointsIn(JSON.stringify(line)).map(({ name, value, atMs }) => [name, value, atMs]),
  ).toEqual([
    ["M", 3, 5],
    ["Ages", 1, 5],
    ["Ages", 2, 5],
  ]);
});

const query = (expression: string, stat = "Sum") => ({
  metric_query: [
    { id: "a", metric: { ...ALARM, metric_name: "M", stat } },
    { id: "b", metric: { ...ALARM, metric_name: "N", stat } },
    { id: "value", expression },
  ],
  evaluation_periods: 1,
});

it("the alarm evaluator adds metrics, of which one may have no data", () => {
  const change = query("SUM([a, b])");
  expect(on(change, [point(12, 1), ...quiet])).toEqual([]);
  expect(on(change, [point(12, 2), ...quiet])).toEqual([13, 14, 15, 16, 17]);
  expect(on(change, [point(12, 1), { ...point(14, 1), name: "N" }, ...quiet])).toEqual([
    15, 16, 17,
  ]);
});

it("the alarm evaluator takes the highest of several metrics", () => {
  const change = { ...query("MAX([a, b])", "Maximum"), threshold: 3 };
  const points = (a: number, b: number) => [point(12, a), { ...point(12, b), name: "N" }, ...quiet];
  expect(on(change, points(3, 2))).toEqual([]);
  expect(on(change, points(2, 4))).toEqual([13, 14, 15, 16, 17]);
});

it("the alarm evaluator computes the difference to the period before, in which a metric may have no data", () => {
  const change = { ...query("DIFF(FILL(a, 0))", "Maximum"), threshold: 3 };
  const from = (letters: number) =>
    Array.from({ length: 20 }, (_, index) => point(12 + index, index < 6 ? letters : 7));
  expect(on(change, from(4))).toEqual([13, 14, 15, 16, 17]);
  expect(on(change, from(3))).toEqual([19, 20, 21, 22, 23]);
});

it("the alarm evaluator computes the share of one metric, if both together are high enough", () => {
  const change = { ...query("IF(a + b >= 10, 100 * a / (a + b), 0)"), threshold: 20 };
  const points = (part: number, rest: number) => [
    point(12, part),
    { ...point(12, rest), name: "N" },
    ...quiet,
    ...quiet.map((one) => ({ ...one, name: "N" })),
  ];
  expect(on(change, points(3, 7))).toEqual([13, 14, 15, 16, 17]);
  expect(on(change, points(2, 8))).toEqual([]);
  expect(on(change, points(9, 0))).toEqual([]);
});

it("the alarm evaluator computes the share of failures in all", () => {
  const points = (part: number, all: number) => [point(12, part), { ...point(12, all), name: "N" }];
  const half = { ...query("100 * a / b"), threshold: 49 };
  // Then there are no data, and the last ones count for two more periods.
  expect(on(half, points(1, 2))).toEqual(Array.from({ length: 15 }, (_, index) => index + 13));
  expect(on(half, points(0, 2))).toEqual([]);
});

it("the alarm evaluator refuses other metric math", () => {
  expect(() => on(query("a / b"), [])).toThrow("a / b is not evaluated here.");
});
