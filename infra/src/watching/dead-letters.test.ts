import { expect, it } from "@jest/globals";
import { HOUR_MS } from "@rainhooks/core/durations";
import { resources } from "@rainhooks/stack/stack-json";
import { synthesize } from "../synthesize.ts";
import { type DataPoint, minutesOn } from "../testing/alarm-evaluator.ts";
import { sqsPoints } from "../testing/aws-metrics.ts";
import { production } from "../testing/stages.ts";

/*
 * Which alarms ring while a dead-letter queue fills, is left alone, and is emptied: the conditions
 * are those of the stack, the metrics those of SQS.
 */

const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 25, 12);

const alarms = resources(synthesize(production).stack, "aws_cloudwatch_metric_alarm").map(
  ([, alarm]) => alarm,
);

const own = alarms.filter((alarm) =>
  String(alarm["alarm_name"]).startsWith("rainhooks-prod-node-status-dead-letters"),
);
// A reference to the queue.
const { QueueName: name = "" } = (own.find(({ dimensions }) => dimensions !== undefined)?.[
  "dimensions"
] ?? {}) as Readonly<Record<string, string>>;

/**
 * Letters by the hour after the start in which SQS moves them, and the hour in which all are taken
 * away.
 */
function rings(
  letters: Readonly<Record<number, number>>,
  takenAt: number,
  hours: number,
): Record<string, number[]> {
  const points: DataPoint[] = [];
  let visible = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    const came = letters[hour] ?? 0;
    visible = hour >= takenAt ? 0 : visible + came;
    // An empty queue that nobody asks has no data.
    if (visible > 0)
      points.push(
        ...sqsPoints({
          name,
          visible,
          messages: [],
          sent: 0,
          atMs: START_MS + hour * HOUR_MS + MINUTE_MS,
        }),
      );
  }
  const range = { fromMs: START_MS, toMs: START_MS + hours * HOUR_MS };
  const rung = own.map((alarm) => {
    const on = minutesOn(alarm, points, range);
    // When it begins to ring: minutes before which it did not.
    const begins = on
      .filter((atMs) => !on.includes(atMs - MINUTE_MS))
      .map((atMs) => (atMs - START_MS) / HOUR_MS);
    return [
      String(alarm["alarm_name"]).slice("rainhooks-prod-node-status-".length),
      begins.map(Math.floor),
    ] as const;
  });
  return Object.fromEntries(rung);
}

it("a few letters ring once, and again after a week in which nobody took them", () => {
  const {
    "dead-letters": first = [],
    "dead-letters-flood": flood,
    "dead-letters-left": left,
  } = rings({ 2: 5 }, 250, 260);
  expect(first[0]).toBe(2);
  expect(flood).toEqual([]);
  // A week after the first hour with letters, and four days before SQS deletes them.
  expect(left).toEqual([2 + 7 * 24 - 1]);
});

it("dead letters that somebody takes within the week cause no second alarm", () => {
  expect(rings({ 2: 5 }, 100, 260)).toMatchObject({
    "dead-letters-left": [],
    "dead-letters-flood": [],
  });
});

it("a flood rings each time, also while the letters of an earlier one are there", () => {
  expect(rings({ 2: 101, 30: 500, 31: 100 }, 200, 210)["dead-letters-flood"]).toEqual([2, 30]);
});

it("a week is the longest time that CloudWatch looks back", () => {
  for (const alarm of alarms)
    expect(
      Number(alarm["period"] ?? 0) * Number(alarm["evaluation_periods"]) * 1000,
    ).toBeLessThanOrEqual(7 * DAY_MS);
});
