import { expect, it, test } from "@jest/globals";
import { type DataPoint, minutesOn, pointsIn } from "./alarm-evaluator.ts";

const MIN = 60_000;
const ALARM = {
  ...{ namespace: "N", metric_name: "M", dimensions: { A: "a" }, statistic: "Sum", period: 300 },
  ...{ comparison_operator: "GreaterThanThreshold", threshold: 1, evaluation_periods: 2 },
  treat_missing_data: "notBreaching",
};
const point = (minute: number, value: number): DataPoint => ({
  ...{ namespace: "N", name: "M", dimensions: { A: "a" } },
  ...{ atMs: minute * MIN, value },
});
const on = (change: object, points: readonly DataPoint[]) =>
  minutesOn({ ...ALARM, ...change }, points, { fromMs: 10 * MIN, toMs: 30 * MIN }).map((atMs) => atMs / MIN);

it("is on while each of its periods breaches", () => {
  const points = [point(8, 2), point(12, 1), point(13, 1), point(20, 2)];
  // From 13 to 16, the last five minutes have two, and so have the five before until 17; from 20 on it is so until 21.
  expect(on({}, points)).toEqual([13, 14, 15, 16, 20, 21]);
  expect(on({ evaluation_periods: 1 }, points)).toEqual([10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24]);
});

test.each([
  ["notBreaching", [12, 13, 14, 15, 16]],
  // One that is on stays on, and one that is off stays off, until there are data that say otherwise.
  ["ignore", Array.from({ length: 13 }, (_, index) => index + 12)],
  ["breaching", [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 30]],
])("without data is what %s says", (treat_missing_data, minutes) => {
  const points = [point(12, 2), point(25, 0)];
  expect(on({ treat_missing_data, evaluation_periods: 1 }, points)).toEqual(minutes);
});

it("is on without data if it says so, and it had some before that were in order", () => {
  const change = { treat_missing_data: "missing", evaluation_periods: 1 };
  const told = { ...change, insufficient_data_actions: ["topic"] };
  const points = [point(12, 0), point(20, 2)];
  expect(on(change, points)).toEqual([20, 21, 22, 23, 24]);
  expect(on(told, points)).toEqual([17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
  expect(on(told, [])).toEqual([]);
});

it("looks at its own metric alone, by its statistic and comparison", () => {
  const other = { ...point(12, 9), dimensions: { A: "b" } };
  const more = { ...point(12, 9), dimensions: { A: "a", B: "b" } };
  expect(on({ evaluation_periods: 1 }, [other, more, { ...point(12, 9), name: "X" }])).toEqual([]);
  const low = { statistic: "Minimum", comparison_operator: "LessThanThreshold", evaluation_periods: 1 };
  expect(on(low, [point(12, 5), point(13, 0)])).toEqual([13, 14, 15, 16, 17]);
  expect(on({ statistic: "Maximum", evaluation_periods: 1 }, [point(12, 1), point(13, 1)])).toEqual([]);
});

it("reads the values of a line that a function writes", () => {
  const line = {
    _aws: {
      Timestamp: 5,
      CloudWatchMetrics: [
        { Namespace: "N", Dimensions: [["A"]], Metrics: [{ Name: "M" }, { Name: "Ages" }] },
      ],
    },
    ...{ A: "a", M: 3, Ages: [1, 2] },
  };
  expect(pointsIn(JSON.stringify(line)).map(({ name, value, atMs }) => [name, value, atMs])).toEqual([
    ["M", 3, 5],
    ["Ages", 1, 5],
    ["Ages", 2, 5],
  ]);
});

const query = (expression: string) => ({
  metric_query: [
    { id: "a", metric: { ...ALARM, metric_name: "M", stat: "Sum" } },
    { id: "b", metric: { ...ALARM, metric_name: "N", stat: "Sum" } },
    { id: "value", expression },
  ],
  evaluation_periods: 1,
});

it("adds metrics, of which one may have no data", () => {
  const change = query("SUM([a, b])");
  expect(on(change, [point(12, 1)])).toEqual([]);
  expect(on(change, [point(12, 2)])).toEqual([12, 13, 14, 15, 16]);
  expect(on(change, [point(12, 1), { ...point(14, 1), name: "N" }])).toEqual([14, 15, 16]);
});

it("computes the share of one metric, if both together are enough", () => {
  const change = { ...query("IF(a + b >= 10, 100 * a / (a + b), 0)"), threshold: 20 };
  const points = (part: number, rest: number) => [point(12, part), { ...point(12, rest), name: "N" }];
  expect(on(change, points(3, 7))).toEqual([12, 13, 14, 15, 16]);
  expect(on(change, points(2, 8))).toEqual([]);
  expect(on(change, points(9, 0))).toEqual([]);
});

it("refuses other metric math", () => {
  expect(() => on(query("a / b"), [])).toThrow("a / b is not evaluated here.");
});
