import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type AlarmOfPage, filterAlarms, groupAlarms, SEVERITIES, worstFirst } from "./alarm-order.ts";

const alarm: fc.Arbitrary<AlarmOfPage> = fc.record({
  alarmId: fc.uuid(),
  rule: fc.constantFrom("hot", "gone"),
  version: fc.constant(1),
  kind: fc.constant("offline" as const),
  severity: fc.constantFrom(...SEVERITIES),
  nodeId: fc.constantFrom("kitchen", "attic"),
  state: fc.constantFrom("raised", "acknowledged", "shelved", "suppressed", "cleared"),
  startMs: fc.nat(1000),
  raisedMs: fc.nat(1000),
}) as fc.Arbitrary<AlarmOfPage>;

describe("a list of alarms", () => {
  it("has the worst first, and of these the one that was raised last", () => {
    fc.assert(
      fc.property(fc.array(alarm), (alarms) => {
        const sorted = worstFirst(alarms);
        expect(new Set(sorted)).toEqual(new Set(alarms));
        sorted.slice(1).forEach((one, index) => {
          const before = sorted[index];
          const [a, b] = [before, one].map((each) => SEVERITIES.indexOf(each?.severity ?? "low"));
          expect([a, b]).toEqual([a, b].toSorted());
          if (a === b) expect(before?.raisedMs).toBeGreaterThanOrEqual(one.raisedMs);
        });
      }),
    );
  });

  it("has each alarm in one group, and those that need attention in the first", () => {
    fc.assert(
      fc.property(fc.array(alarm), (alarms) => {
        const groups = groupAlarms(alarms);
        const all = groups.flatMap((one) => one.alarms);
        expect([all.length, new Set(all)]).toEqual([alarms.length, new Set(alarms)]);
        for (const { title, alarms: own } of groups)
          expect(own.every(({ state }) => (state === "raised") === (title === "Raised"))).toBe(true);
      }),
    );
  });

  it("is filtered by severity, rule and text", () => {
    fc.assert(
      fc.property(fc.array(alarm), (alarms) => {
        expect(filterAlarms(alarms, {})).toEqual(alarms);
        expect(filterAlarms(alarms, { severity: "high", rule: "hot", match: "KITCH" })).toEqual(
          alarms.filter(
            ({ severity, rule, nodeId }) => severity === "high" && rule === "hot" && nodeId === "kitchen",
          ),
        );
      }),
    );
  });
});
