import { expect, it } from "@jest/globals";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { subscriptionJudge, subscriptionPeriods } from "./subscription-periods.ts";

const HOUR_MS = 60 * MINUTE_MS;
const TOPICS = { alert: "arn:aws:sns:us-east-1:1:alert" };
const ALL = { topics: TOPICS };
const ONE = { topics: TOPICS, filterPolicy: { node_id: ["kitchen"] } };
const RANGE = { webhook: "node-status", fromMs: 0, toMs: 10 * HOUR_MS };

function verdicts(
  periods: ReturnType<typeof subscriptionPeriods>,
  hours: readonly number[],
  node = "garden",
): string[] {
  const judge = subscriptionJudge(RANGE, periods);
  return hours.map((hour) =>
    judge({
      id: "1",
      sentAtMs: hour * HOUR_MS,
      topic: "alert",
      attributes: { event_type: "rmaker.event.alert", node_id: node },
      body: "{}",
    }),
  );
}

it("are those of each time; within a quarter of an hour of a change, what both say is known", () => {
  const periods = subscriptionPeriods(
    [
      { atMs: HOUR_MS, subscribed: ALL },
      { atMs: 2 * HOUR_MS, subscribed: { ...ALL } },
      { atMs: 4 * HOUR_MS, subscribed: ONE },
    ],
    true,
  );
  expect(verdicts(periods, [0.5, 2, 3.7, 3.8, 4.2, 4.3, 10])).toEqual([
    ...["got", "got", "got", "unknown", "unknown", "not"],
    "not",
  ]);
  expect(verdicts(periods, [0.5, 3.8, 4.2, 9], "kitchen")).toEqual(["got", "got", "got", "got"]);
});

it("are of no use for a repaired message that was sent to another webhook", () => {
  const repaired = (webhook: string) => ({
    ...{ id: "1", sentAtMs: HOUR_MS, topic: "alert", body: "{}" },
    attributes: { rainhooks_repairs: `old-delivery ${webhook}` },
  });
  const judge = subscriptionJudge(RANGE, [{ fromMs: 0, possible: [ALL] }]);
  expect([judge(repaired("node-status")), judge(repaired("time-series"))]).toEqual(["got", "not"]);
  const judgeOfUnknown = subscriptionJudge(RANGE, [{ fromMs: 0, possible: [] }]);
  expect(judgeOfUnknown(repaired("time-series"))).toBe("not");
});

it("subscriptions are unknown before the first version, for a version without them, and between overlapping changes", () => {
  expect(verdicts(subscriptionPeriods([{ atMs: HOUR_MS, subscribed: ALL }], false), [1.2, 1.3])).toEqual([
    "unknown",
    "got",
  ]);
  expect(verdicts(subscriptionPeriods([], true), [1])).toEqual(["unknown"]);
  const periods = subscriptionPeriods(
    [
      { atMs: HOUR_MS, subscribed: undefined },
      { atMs: 3 * HOUR_MS, subscribed: ALL },
      { atMs: 5 * HOUR_MS, subscribed: ONE },
      { atMs: 5.2 * HOUR_MS, subscribed: ALL },
    ],
    true,
  );
  expect(verdicts(periods, [1, 3.2, 3.3, 4.8, 5.1, 5.4, 5.5])).toEqual([
    ...["unknown", "unknown", "got", "unknown", "unknown", "unknown", "got"],
  ]);
});
