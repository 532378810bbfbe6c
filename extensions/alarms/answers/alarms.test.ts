import { describe, expect, it, test } from "@jest/globals";
import * as v from "valibot";
import { ALARM_STATES } from "../alarms/alarm.ts";
import { RULE_KINDS, SEVERITIES } from "../rule/rule.ts";
import { alarmAnswer, alarmKpiAnswer, alarmsAnswer, watchRulesAnswer } from "./alarms.ts";

const RANGE = { fromMs: 1, toMs: 2 };

const ALARM = {
  ...{ alarmId: "a1", rule: "offline", version: 1, kind: "offline", severity: "high", nodeId: "n1" },
  ...{ nodeName: "Kitchen", series: "Power", state: "raised", startMs: 1, raisedMs: 2, endMs: 3 },
  ...{ value: 1.5, memberCount: 2, members: ["n1", "n2"], reason: "MQTT_KEEP_ALIVE_TIMEOUT" },
  ...{
    ackedMs: 4,
    ackedBy: "ann",
    shelvedUntilMs: 5,
    suppressedBy: "works",
    retractedMs: 6,
    revisedTo: "a2",
  },
};

/** An answer of each kind, with everything that one can have. */
const FULL: readonly (readonly [string, v.GenericSchema, object])[] = [
  ["one alarm", alarmAnswer, { ...ALARM, definition: { kind: "offline" } }],
  [
    "alarms",
    alarmsAnswer,
    { alarms: [ALARM], more: true, total: { alarms: 2, rules: 1 }, waitingSinceMs: 1 },
  ],
  [
    "the load of operators",
    alarmKpiAnswer,
    {
      ...{ ...RANGE, alarms: 1, nodes: 1, perDay: 0.5, perTenMinutes: 0.1, mostInTenMinutes: 1 },
      ...{ floodShare: 0.1, topTen: [{ rule: "offline", nodeId: "n1", count: 1, share: 1 }] },
      ...{ topTenShare: 1, chattering: 0, stale: 0 },
    },
  ],
  [
    "rules",
    watchRulesAnswer,
    {
      rules: [{ name: "offline", version: 1, status: "starting", fromMs: 1, rule: { kind: "offline" } }],
      maintenance: [{ name: "works", ...RANGE, where: "tag:site:pune" }],
    },
  ],
];

describe("the schema of an answer", () => {
  test.each(FULL)("keeps everything that one of %s can have", (_, schema, answer) => {
    expect(v.parse(schema, answer)).toEqual(answer);
  });

  test.each(FULL)("of %s refuses an answer in which a property has another type", (_, schema, answer) => {
    for (const name of Object.keys(answer)) {
      if (name === "definition") continue;
      expect([name, v.is(schema, { ...answer, [name]: Symbol("wrong") })]).toEqual([name, false]);
    }
  });

  it("knows every word that alarms and rules use", () => {
    const accepted = (schema: v.GenericSchema, answers: readonly object[]) =>
      expect(answers.filter((answer) => !v.is(schema, answer))).toEqual([]);
    accepted(
      alarmAnswer,
      RULE_KINDS.map((kind) => ({ ...ALARM, kind })),
    );
    accepted(
      alarmAnswer,
      SEVERITIES.map((severity) => ({ ...ALARM, severity })),
    );
    accepted(
      alarmAnswer,
      ALARM_STATES.map((state) => ({ ...ALARM, state })),
    );
    accepted(
      alarmAnswer,
      [true, -1].map((value) => ({ ...ALARM, value })),
    );
    const rule = { name: "offline", version: 1, fromMs: 1, rule: {} };
    accepted(
      watchRulesAnswer,
      ["in-force", "starting", "paused"].map((status) => ({ rules: [{ ...rule, status }], maintenance: [] })),
    );
  });
});
