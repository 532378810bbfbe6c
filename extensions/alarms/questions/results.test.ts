import { describe, it } from "@jest/globals";
import {
  expectAccepted,
  type FullResult,
  testSchemas,
} from "@rainhooks/stage/testing/result-schemas";
import { ALARM_STATES } from "../alarms/alarm.ts";
import { alarmResult, alarmsResult, watchRulesResult } from "../questions/alarms.ts";
import { RULE_KINDS, SEVERITIES } from "../rule/rule.ts";

const RANGE = { fromMs: 1, toMs: 2 };

const ALARM = {
  alarmId: "a1",
  rule: "offline",
  version: 1,
  kind: "offline",
  severity: "high",
  nodeId: "n1",
  nodeName: "Kitchen",
  series: "Power",
  state: "raised",
  startMs: 1,
  raisedMs: 2,
  endMs: 3,
  value: 1.5,
  memberCount: 2,
  members: ["n1", "n2"],
  reason: "MQTT_KEEP_ALIVE_TIMEOUT",

  ackedMs: 4,
  ackedBy: "ann",
  shelvedUntilMs: 5,
  suppressedBy: "works",
  retractedMs: 6,
  revisedTo: "a2",
};

/** A result of each kind, with everything that one can have. */
const FULL: readonly FullResult[] = [
  ["one alarm", alarmResult, { ...ALARM, definition: { kind: "offline" } }],
  [
    "alarms",
    alarmsResult,
    {
      alarms: [ALARM],
      more: true,
      total: { alarms: 2, rules: [{ rule: "offline", severity: "low", alarms: 2, unhandled: 1 }] },
      waitingSinceMs: 1,
    },
  ],
  [
    "rules",
    watchRulesResult,
    {
      rules: [
        { name: "offline", version: 1, status: "starting", fromMs: 1, rule: { kind: "offline" } },
      ],
      maintenance: [{ name: "works", ...RANGE, where: "tag:site:pune" }],
    },
  ],
];

describe("the schema of a result", () => {
  testSchemas(FULL);

  it("the schema of a result knows every word that alarms and rules use", () => {
    expectAccepted(
      alarmResult,
      RULE_KINDS.map((kind) => ({ ...ALARM, kind })),
    );
    expectAccepted(
      alarmResult,
      SEVERITIES.map((severity) => ({ ...ALARM, severity })),
    );
    expectAccepted(
      alarmResult,
      ALARM_STATES.map((state) => ({ ...ALARM, state })),
    );
    expectAccepted(
      alarmResult,
      [true, -1].map((value) => ({ ...ALARM, value })),
    );
    const rule = { name: "offline", version: 1, fromMs: 1, rule: {} };
    expectAccepted(
      watchRulesResult,
      ["in-force", "starting", "paused"].map((status) => ({
        rules: [{ ...rule, status }],
        maintenance: [],
      })),
    );
  });
});
