import { expect, test } from "@jest/globals";
import { type FirmwareHistory, nodeHours } from "./node-hours.ts";

const HOUR = 3_600_000;
const NO_ALERTS = { intervalMs: HOUR, intervals: [], beforeMs: undefined };

/** `1.5` connects at half past one, `-2` disconnects at two. */
function history(
  changes: readonly number[],
  reports: readonly [string, number][],
  alerts: readonly number[] = [],
): FirmwareHistory {
  return {
    transitions: changes.map((hour) => ({
      atMs: Math.abs(hour) * HOUR,
      state: hour < 0 ? "offline" : "online",
    })),
    firmwareReports: reports.map(([firmware, hour]) => ({ firmware, atMs: hour * HOUR })),
    alertHours: { ...NO_ALERTS, intervals: alerts.map((hour) => hour * HOUR) },
  };
}
const shown = (some: FirmwareHistory, event: "drops" | "alerts" = "drops", from = 1, count = 5) =>
  nodeHours(some, event, from * HOUR, count).map(
    ({ firmware = "-", online, isHit }) => `${firmware} ${online}${isHit ? " hit" : ""}`,
  );

test("hours online, and hours with a drop, each once", () => {
  expect(shown(history([0.5, -2.25, 2.5, -2.75, 4], [["a", 0]]))).toEqual([
    "a 1",
    "a 0.5 hit",
    "a 0",
    "a 1",
    "a 1",
  ]);
});

test("a node of which nothing is known does not count, and before its first report it has no firmware", () => {
  expect(shown(history([], [["a", 0]]), "alerts")).toEqual(["a 0", "a 0", "a 0", "a 0", "a 0"]);
  expect(shown(history([0], []))).toEqual(["- 1", "- 1", "- 1", "- 1", "- 1"]);
  expect(shown(history([0], [["a", 3.5]]))).toEqual(["- 1", "- 1", "- 1", "a 1", "a 1"]);
});

test("the hour of an update belongs to no firmware, and reports of the same one change nothing", () => {
  const reports: [string, number][] = [
    ["a", 0],
    ["a", 1.5],
    ["b", 3.5],
    ["b", 4.2],
  ];
  expect(shown(history([0, -3.4, 3.5], reports))).toEqual(["a 1", "a 1", "- 0.9 hit", "b 1", "b 1"]);
  expect(
    shown(
      history(
        [0],
        [
          ["a", 0],
          ["b", 2.1],
          ["a", 2.2],
          ["b", 9],
        ],
      ),
    ),
  ).toEqual(["a 1", "- 1", "a 1", "a 1", "a 1"]);
});

test("hours with an alert while the node was online", () => {
  expect(shown(history([0, -3], [["a", 0]], [0, 1, 4, 7]), "alerts")).toEqual([
    "a 1 hit",
    "a 1",
    "a 0",
    "a 0",
    "a 0",
  ]);
});
