import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import type { AlarmOfPage } from "./alarms.ts";

await openDom();
const { filterAlarms, isOpen } = await import("./alarms.ts");

const ALARM: AlarmOfPage = {
  alarmId: "a1",
  rule: "offline",
  version: 1,
  kind: "offline",
  severity: "high",
  nodeId: "n1",
  state: "raised",
  startMs: 1,
  raisedMs: 2,
};

test("alarms are found by severity, and a part of the node, its name or the series", () => {
  const alarm = { ...ALARM, nodeName: "Kitchen", series: "Room.Power" };
  for (const [filter, isFound] of [
    [{}, true],
    [{ severity: "high", match: "KIT" }, true],
    [{ severity: "low" }, false],
    [{ match: "N1" }, true],
    [{ match: "power" }, true],
    [{ match: "offl" }, false],
    [{ match: "cellar" }, false],
  ] as const)
    expect([filter, filterAlarms([alarm], filter).length]).toEqual([filter, isFound ? 1 : 0]);
});

test("an alarm needs attention while it lasts, and a latched one until somebody acknowledges it", () => {
  const cleared = { ...ALARM, state: "cleared", endMs: 3 } as const;
  const latched = { ...cleared, latch: true };
  expect([ALARM, cleared, latched, { ...latched, ackedMs: 4 }].map(isOpen)).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
