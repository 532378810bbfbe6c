import { expect, test } from "@jest/globals";
import { ALARM_STATES } from "../alarms/alarm.ts";
import { SEVERITIES as ALL_SEVERITIES, isGroupKind, RULE_KINDS } from "../rule/rule.ts";
import {
  type AlarmOfPage,
  filterAlarms,
  groupAlarms,
  isHandled,
  isOfGroup,
  lasts,
  SEVERITIES,
} from "./alarm-order.ts";

const ALARM: AlarmOfPage = {
  ...{ alarmId: "a1", rule: "offline", version: 1, kind: "offline", severity: "high", nodeId: "n1" },
  ...{ state: "raised", startMs: 1, raisedMs: 2 },
};

test("the page has the severities of rules, the worst first, and knows which kinds are about groups", () => {
  expect(SEVERITIES).toEqual(ALL_SEVERITIES.toReversed());
  for (const kind of RULE_KINDS) expect([kind, isOfGroup({ kind })]).toEqual([kind, isGroupKind(kind)]);
});

test("each state of an alarm belongs to a group, by what a person has to do", () => {
  const expected = {
    raised: ["Raised", true, false],
    acknowledged: ["Acknowledged", true, true],
    shelved: ["Shelved or suppressed", true, true],
    suppressed: ["Shelved or suppressed", true, true],
    cleared: ["Ended", false, false],
    "rule-changed": ["Ended", false, false],
    retracted: ["Ended", false, false],
  };
  const found = ALARM_STATES.map((state) => {
    const alarm = { ...ALARM, state };
    return [state, [groupAlarms([alarm])[0]?.title, lasts(alarm), isHandled(alarm)]];
  });
  expect(Object.fromEntries(found)).toEqual(expected);
  const all = groupAlarms(ALARM_STATES.toReversed().map((state) => ({ ...ALARM, state })));
  expect(all.map(({ title, alarms }) => [title, alarms.length])).toEqual([
    ["Raised", 1],
    ["Acknowledged", 1],
    ["Shelved or suppressed", 2],
    ["Ended", 3],
  ]);
  expect(groupAlarms([])).toEqual([]);
});

test("alarms are found by severity, rule, and a part of the node, its name or the series", () => {
  const alarm = { ...ALARM, nodeName: "Kitchen", series: "Room.Power" };
  for (const [filter, isFound] of [
    [{}, true],
    [{ severity: "high", rule: "offline", match: "KIT" }, true],
    [{ severity: "low" }, false],
    [{ rule: "other" }, false],
    [{ match: "N1" }, true],
    [{ match: "power" }, true],
    [{ match: "cellar" }, false],
  ] as const)
    expect([filter, filterAlarms([alarm], filter).length]).toEqual([filter, isFound ? 1 : 0]);
  expect(filterAlarms([ALARM], { match: "kitchen" })).toEqual([]);
});
