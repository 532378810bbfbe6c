import { expect, it, test } from "@jest/globals";
import { alarmDifferences, alarmsAt, subjectKey } from "./differences.ts";

const alarm = (nodeId: string, startMs: number, endMs?: number, series?: string) => ({
  nodeId,
  startMs,
  endMs,
  series,
});

it("two sets of alarms differ in what only one has, and in what ends at another time", () => {
  const [same, longer, gone] = [alarm("a", 1, 9), alarm("b", 1, 5), alarm("c", 1)];
  const [shorter, found] = [alarm("b", 1, 4), alarm("a", 2, 9)];
  expect(alarmDifferences([same, longer, gone], [found, shorter, { ...same }], subjectKey)).toEqual([
    { kind: "other-end", first: longer, second: shorter },
    { kind: "only-first", first: gone, second: undefined },
    { kind: "only-second", first: undefined, second: found },
  ]);
  expect(alarmDifferences([same], [same], subjectKey)).toEqual([]);
});

test.each([
  ["another node", alarm("b", 1)],
  ["another start", alarm("a", 2)],
  ["a series", alarm("a", 1, undefined, "Room.T")],
])("an alarm of %s is another one", (_, other) => {
  expect(subjectKey(other)).not.toBe(subjectKey(alarm("a", 1)));
});

it("as of a time, what was raised later is not there, and what ended later lasts", () => {
  const raised = (raisedMs: number, endMs?: number) => ({ ...alarm("a", 0, endMs), raisedMs });
  expect(alarmsAt([raised(5, 9), raised(5, 10), raised(5, 11), raised(10), raised(11)], 10)).toEqual([
    raised(5, 9),
    raised(5, 10),
    raised(5),
    raised(10),
  ]);
});
