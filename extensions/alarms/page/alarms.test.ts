import { describe, expect, it, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import fc from "fast-check";
import { ALARM_STATES } from "../alarms/alarm.ts";
import type { AlarmOfPage } from "./alarms.ts";

await openDom();
const { filterAlarms, lasts, WORST_FIRST, worstFirst } = await import("./alarms.ts");

const ALARM: AlarmOfPage = {
  ...{ alarmId: "a1", rule: "offline", version: 1, kind: "offline", severity: "high", nodeId: "n1" },
  ...{ state: "raised", startMs: 1, raisedMs: 2 },
};

test("an alarm lasts in four of its states", () => {
  const lasting = ALARM_STATES.filter((state) => lasts({ ...ALARM, state }));
  expect(lasting).toEqual(["raised", "acknowledged", "shelved", "suppressed"]);
});

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

const alarms = fc.array(
  fc.record({
    alarmId: fc.uuid(),
    rule: fc.constantFrom("hot", "gone"),
    version: fc.constant(1),
    kind: fc.constant("offline" as const),
    severity: fc.constantFrom(...WORST_FIRST),
    nodeId: fc.constantFrom("kitchen", "attic"),
    state: fc.constantFrom(...ALARM_STATES),
    startMs: fc.nat(1000),
    raisedMs: fc.nat(1000),
  }),
);

describe("a list of alarms", () => {
  const rankOf = ({ state, severity }: AlarmOfPage) => [state !== "raised", WORST_FIRST.indexOf(severity)];

  it("a list of alarms has those that nobody handles first, then the worst, and of these the one raised last", () => {
    fc.assert(
      fc.property(alarms, (all) => {
        const sorted = worstFirst(all);
        expect(new Set(sorted)).toEqual(new Set(all));
        sorted.slice(1).forEach((one, index) => {
          const before = sorted[index] ?? one;
          const [a, b] = [rankOf(before), rankOf(one)].map((rank) => JSON.stringify(rank));
          expect([a, b]).toEqual([a, b].toSorted());
          if (a === b) expect(before.raisedMs).toBeGreaterThanOrEqual(one.raisedMs);
        });
      }),
    );
  });
});
