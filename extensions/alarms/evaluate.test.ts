import { expect, test } from "@jest/globals";
import type { Episode } from "./episode.ts";
import { evaluate, nextRaisedMs } from "./evaluate.ts";
import type { NodeHistory } from "./history.ts";
import { readRule } from "./rule/read-rule.ts";
import type { RuleVersion } from "./rule/rule.ts";

const MIN = 60_000;
const node = { id: "kitchen", tags: [] };

function versionOf(rule: object, times: Partial<RuleVersion> = {}): RuleVersion {
  const read = readRule(JSON.stringify({ name: "r", ...rule }));
  return { version: 1, fromMs: 0, untilMs: undefined, ...times, rule: read };
}

/** Changes of state at minutes: `-5` offline, `7` online. */
function changes(...minutes: readonly number[]): NodeHistory {
  return {
    node,
    fromMs: 0,
    transitions: minutes.map((at) => ({
      atMs: Math.abs(at) * MIN,
      state: at < 0 ? "offline" : "online",
    })),
  };
}

function minutes(episodes: readonly Episode[]) {
  const inMinutes = (ms: number | undefined) => (ms === undefined ? "open" : ms / MIN);
  return episodes.map(({ startMs, raisedMs, endMs }) => [startMs, raisedMs, endMs].map(inMinutes));
}

const OFFLINE = { kind: "offline", for: "10m" };

test.each([
  [[1, -5], 14.9, []],
  [[1, -5], 15, [[5, 15, "open"]]],
  [[1, -5, 14], 60, []],
  [[1, -5, 15], 60, [[5, 15, 15]]],
  [
    [-5, 20, -30, 31, -40],
    60,
    [
      [5, 15, 20],
      [40, 50, "open"],
    ],
  ],
])("offline for 10 minutes: changes at %j, seen at minute %d", (at, now, expected) => {
  expect(minutes(evaluate(versionOf(OFFLINE), changes(...at), now * MIN))).toEqual(expected);
});

test("a rule raises what began before it when it begins, and closes everything when it ends", () => {
  const history = changes(-5, 40, -50);
  const at = (fromMin: number, untilMin: number | undefined, nowMin: number) =>
    evaluate(
      versionOf(OFFLINE, { fromMs: fromMin * MIN, untilMs: untilMin && untilMin * MIN }),
      history,
      nowMin * MIN,
    );
  expect(minutes(at(30, undefined, 35))).toEqual([[5, 30, "open"]]);
  expect(minutes(at(41, undefined, 45))).toEqual([]);
  expect(at(30, 38, 45)).toMatchObject([{ endMs: 38 * MIN, ended: "rule-changed" }]);
  expect(at(30, 45, 70)).toMatchObject([{ endMs: 40 * MIN, ended: "cleared" }]);
  expect(minutes(at(30, 60, 70))).toEqual([[5, 30, 40]]);
});

test("what began before the history is complete is left out", () => {
  const history = { ...changes(-5, 20, -30), fromMs: 6 * MIN };
  expect(minutes(evaluate(versionOf(OFFLINE), history, 60 * MIN))).toEqual([[30, 40, "open"]]);
});

test("a node flaps from the drop that is one too many until one window after the last", () => {
  const flapping = versionOf({ kind: "flapping", count: 3, window: "10m" });
  expect(minutes(evaluate(flapping, changes(-1, 2, -3, 4, -5, 6, -7, 8, -30), 60 * MIN))).toEqual([
    [5, 5, 17],
  ]);
  expect(minutes(evaluate(flapping, changes(-1, 2, -6, 7, -11), 60 * MIN))).toEqual([]);
  expect(minutes(evaluate(flapping, changes(-1, 2, -6, 7, -10.9), 12 * MIN))).toEqual([
    [10.9, 10.9, "open"],
  ]);
});

test("a node is silent from the end of an interval until the start of the next one in which it sends", () => {
  const silent = versionOf({ kind: "silent", for: "2h" });
  const heard = {
    intervalMs: 60 * MIN,
    intervals: [60, 120, 360].map((at) => at * MIN),
    beforeMs: undefined,
  };
  const history = { node, fromMs: 0, transitions: [], heard };
  expect(minutes(evaluate(silent, history, 600 * MIN))).toEqual([
    [180, 300, 360],
    [420, 540, "open"],
  ]);
  expect(
    minutes(evaluate(silent, { ...history, heard: { ...heard, beforeMs: 0 } }, 400 * MIN)),
  ).toEqual([[180, 300, 360]]);
  expect(evaluate(silent, { node, fromMs: 0, transitions: [] }, 600 * MIN)).toEqual([]);
});

function values(...points: readonly (readonly [minute: number, value: unknown])[]): NodeHistory {
  const series = {
    name: "T",
    complete: true,
    points: points.map(([at, value]) => ({ atMs: at * MIN, value })),
  };
  return { node, fromMs: 0, transitions: [], series };
}

test("a value must show that a threshold is exceeded for long enough, and that it is no more", () => {
  const hot = versionOf({ kind: "threshold", series: "T", above: 30, hysteresis: 1, for: "5m" });
  const at = (history: NodeHistory) => minutes(evaluate(hot, history, 60 * MIN));
  expect(at(values([1, 31], [3, 29.5], [7, 31]))).toEqual([[1, 7, "open"]]);
  expect(at(values([1, 31], [3, 29.5], [7, 29.5], [9, 29]))).toEqual([[1, 7, 9]]);
  expect(at(values([1, 31], [3, 28], [7, 31]))).toEqual([]);
  expect(at(values([1, 31]))).toEqual([]);
  expect(at(values([1, 31], [7, "hot"], [8, true]))).toEqual([]);
  expect(at(values([1, 31], [7, 10], [7, 31]))).toEqual([[1, 7, "open"]]);
});

test("an alarm names the number or boolean with which its condition had held for long enough, and no text", () => {
  const valuesOf = (rule: object, history: NodeHistory) =>
    evaluate(versionOf({ series: "T", ...rule }), history, 60 * MIN).map(({ value }) => value);
  const hot = { kind: "threshold", above: 30, hysteresis: 1, for: "5m" };
  expect(valuesOf(hot, values([1, 31], [3, 29.5], [7, 34], [7, 33], [9, 40]))).toEqual([34]);
  expect(valuesOf(hot, values([1, 31], [7, 29.5], [8, 32]))).toEqual([29.5]);
  const rate = { kind: "rate", change: 5, direction: "down", window: "10m" };
  expect(valuesOf(rate, values([1, 20], [3, 12], [4, 9]))).toEqual([12]);
  const when = (text: string) => ({ kind: "threshold", when: text });
  expect(valuesOf(when("truth"), values([1, false], [3, true]))).toEqual([true]);
  expect(valuesOf(when('text == "error"'), values([1, "ok"], [3, "error"]))).toEqual([undefined]);
});

test("values before the first one within the bounds are left out if there can be earlier ones", () => {
  const hot = versionOf({ kind: "threshold", series: "T", above: 30 });
  const history = values([1, 31], [2, 20], [3, 31]);
  const series = history.series && { ...history.series, complete: false };
  expect(minutes(evaluate(hot, { ...history, series }, 60 * MIN))).toEqual([[3, 3, "open"]]);
});

test.each([
  ["any", [[3, 3, 4]]],
  ["up", []],
  ["down", [[3, 3, 4]]],
] as const)("a value that changes quickly, direction %s", (direction, expected) => {
  const rate = versionOf({ kind: "rate", series: "T", change: 5, window: "2m", direction });
  const history = values([1, 20], [2, 19], [3, 15], [4, 15], [20, 9]);
  expect(minutes(evaluate(rate, history, 60 * MIN))).toEqual(expected);
});

test("the first window of a series that is not complete shows no end", () => {
  const rate = versionOf({ kind: "rate", series: "T", change: 5, window: "10m" });
  const history = values([1, 20], [2, 26], [30, 26], [31, 40]);
  const series = history.series && { ...history.series, complete: false };
  expect(minutes(evaluate(rate, { ...history, series }, 60 * MIN))).toEqual([[31, 31, "open"]]);
});

test("an alarm of a node that is offline has the reason of its own disconnect; others have none", () => {
  const reasonOf = (rule: object, atMin: number) =>
    evaluate(
      versionOf(rule),
      { ...changes(-5), disconnect: { atMs: atMin * MIN, reason: "CONNECTION_LOST" } },
      60 * MIN,
    ).map(({ reason }) => reason);
  expect(reasonOf(OFFLINE, 5)).toEqual(["CONNECTION_LOST"]);
  expect(reasonOf(OFFLINE, 4)).toEqual([undefined]);
  const flapping = versionOf({ kind: "flapping", count: 2, window: "10m" });
  const history = {
    ...changes(-3, 4, -5),
    disconnect: { atMs: 5 * MIN, reason: "CONNECTION_LOST" },
  };
  expect(evaluate(flapping, history, 60 * MIN)).toEqual([
    expect.not.objectContaining({ reason: "CONNECTION_LOST" }),
  ]);
});

test("an alarm of values names its series, all others none", () => {
  const hot = versionOf({ kind: "threshold", series: "T", above: 30 });
  expect(evaluate(hot, values([1, 31]), 60 * MIN)).toMatchObject([
    { nodeId: "kitchen", series: "T" },
  ]);
  expect(evaluate(versionOf(OFFLINE), changes(-5), 60 * MIN)[0]).not.toHaveProperty("series");
  expect(evaluate(hot, { node, fromMs: 0, transitions: [] }, 60 * MIN)).toEqual([]);
  expect(
    evaluate(
      versionOf({ kind: "rate", series: "T", change: 1, window: "1m" }),
      changes(-5),
      60 * MIN,
    ),
  ).toEqual([]);
});

test("what began just when the history is complete counts", () => {
  expect(
    minutes(evaluate(versionOf(OFFLINE), { ...changes(-5), fromMs: 5 * MIN }, 60 * MIN)),
  ).toEqual([[5, 15, "open"]]);
});

test("the first value of a series that is not complete is out of bounds since an unknown time", () => {
  const rate = versionOf({ kind: "rate", series: "T", change: 5, window: "10m" });
  const lately = values([1, 20], [2, 26]);
  expect(minutes(evaluate(rate, lately, 60 * MIN))).toEqual([[2, 2, "open"]]);
  const series = lately.series && { ...lately.series, complete: false };
  expect(minutes(evaluate(rate, { ...lately, series }, 60 * MIN))).toEqual([]);
});

test.each([
  ["not offline", changes(1), 0, 6, undefined],
  ["offline, not yet for long enough", changes(-5), 0, 6, 15],
  ["for long enough, before the rule is in force", changes(-5), 30, 20, 30],
  ["raised in this moment", changes(-5), 0, 15, undefined],
  ["back", changes(-5, 14), 0, 14, undefined],
  ["a second time", changes(-5, 20, -25), 0, 26, 35],
] as const)("when a node will be an alarm: %s", (_, history, fromMin, nowMin, expected) => {
  const next = nextRaisedMs(versionOf(OFFLINE, { fromMs: fromMin * MIN }), history, nowMin * MIN);
  expect(next && next / MIN).toBe(expected);
});

test("what lasts as long as an outage of the group is not raised; values are not held back", () => {
  const outages = [{ startMs: 4 * MIN, endMs: 60 * MIN, raisedMs: 4 * MIN }];
  expect(evaluate(versionOf(OFFLINE), { ...changes(-5, 50), outages }, 100 * MIN)).toEqual([]);
  const hot = versionOf({ kind: "threshold", series: "T", above: 30 });
  expect(evaluate(hot, { ...values([5, 31]), outages }, 50 * MIN)).toHaveLength(1);
});

test("rules about groups have no alarm of a node", () => {
  expect(evaluate(versionOf({ kind: "outage", by: "fleet" }), changes(-5), 60 * MIN)).toEqual([]);
});
