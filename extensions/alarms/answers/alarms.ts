import { count, jsonValue, listOf, timeMs } from "@rainhooks/stage/query/answers/json";
import * as v from "valibot";
import { ALARM_STATES } from "../alarms/alarm.ts";
import { RULE_KINDS, SEVERITIES } from "../rule/rule.ts";

const alarm = {
  alarmId: v.string(),
  rule: v.string(),
  version: count,
  kind: v.picklist(RULE_KINDS),
  severity: v.picklist(SEVERITIES),
  nodeId: v.pipe(
    v.string(),
    v.description("What it is about: a node; of an outage, a group such as `tag:site:pune`."),
  ),
  nodeName: v.optional(
    v.pipe(
      v.string(),
      v.description("Present name of the node; absent if it is not known, and for a group."),
    ),
  ),
  series: v.optional(v.string()),
  state: v.picklist(ALARM_STATES),
  startMs: v.pipe(timeMs, v.description("When its condition began to hold, epoch milliseconds.")),
  raisedMs: v.pipe(timeMs, v.description("When it had held for long enough, epoch milliseconds.")),
  endMs: v.optional(timeMs),
  value: v.optional(
    v.pipe(
      v.union([v.number(), v.boolean()]),
      v.description("Of a series: the value with which it was raised, if it is a number or a boolean."),
    ),
  ),
  memberCount: v.optional(
    v.pipe(
      count,
      v.description("Of an outage: how many nodes of the group were offline when it was raised."),
    ),
  ),
  members: v.optional(
    v.pipe(listOf(v.string()), v.description("Of an outage: the first of these nodes, up to 100.")),
  ),
  reason: v.optional(
    v.pipe(
      v.string(),
      v.description(
        "Of a node that is offline: why its MQTT session ended, as AWS IoT says; only if the stage asks AWS IoT for it.",
      ),
    ),
  ),
  ackedMs: v.optional(timeMs),
  ackedBy: v.optional(v.string()),
  shelvedUntilMs: v.optional(
    v.pipe(
      timeMs,
      v.description("Until when nothing is sent, epoch milliseconds; only while it is shelved."),
    ),
  ),
  suppressedBy: v.optional(
    v.pipe(v.string(), v.description("The maintenance window or outage because of which it is not sent.")),
  ),
  retractedMs: v.optional(
    v.pipe(v.number(), v.description("When it was found that it had not happened, epoch milliseconds.")),
  ),
  revisedTo: v.optional(
    v.pipe(v.string(), v.description("The alarm in its place, which began at another time.")),
  ),
};

/** One alarm. */
export const alarmAnswer = v.object({
  ...alarm,
  definition: v.optional(
    v.pipe(
      jsonValue,
      v.description("Its rule as it was then; absent if so many changes have followed that it is not kept."),
    ),
  ),
});

/** A list of alarms. */
export const alarmsAnswer = v.object({
  alarms: v.pipe(listOf(v.object(alarm)), v.description("Those that were raised last first.")),
  more: v.pipe(v.boolean(), v.description("There are more than were asked for.")),
  total: v.optional(
    v.pipe(
      v.object({ alarms: count, rules: count }),
      v.description(
        "How many there are, with those that are not listed, and of how many rules; absent if that is not known.",
      ),
    ),
  ),
  waitingSinceMs: v.optional(
    v.pipe(
      v.number(),
      v.description(
        "Since when alarms wait, because events are not written yet; epoch milliseconds. Absent if none does.",
      ),
    ),
  ),
  waitsFor: v.optional(v.pipe(v.string(), v.description("What alarms wait for, and which of them."))),
});

const share = v.pipe(v.number(), v.minValue(0));

/** The load of the operators, as ISA-18.2 measures it. */
export const alarmKpiAnswer = v.object({
  fromMs: timeMs,
  toMs: timeMs,
  alarms: count,
  nodes: count,
  perDay: v.pipe(share, v.description("About 150 are acceptable for one operator, 300 are the limit.")),
  perTenMinutes: v.pipe(share, v.description("About 1 is acceptable for one operator, 2 are the limit.")),
  mostInTenMinutes: count,
  floodShare: v.pipe(
    share,
    v.description(
      "Share of the time from more than 10 alarms in ten minutes until fewer than 5. Less than 0.01 is acceptable.",
    ),
  ),
  topTen: listOf(v.object({ rule: v.string(), nodeId: v.string(), count, share })),
  topTenShare: v.pipe(
    share,
    v.description("Share of the ten most frequent alarms. Up to 0.05 is acceptable."),
  ),
  chattering: v.pipe(count, v.description("Rules and nodes with three alarms or more within a minute.")),
  stale: v.pipe(count, v.description("Alarms that lasted longer than a day.")),
});

/** The alarm rules of a stage. */
export const watchRulesAnswer = v.object({
  rules: listOf(
    v.object({
      name: v.string(),
      version: count,
      status: v.pipe(
        v.picklist(["in-force", "starting", "paused"]),
        v.description("`starting`: it begins to hold up to 90 seconds after it was written."),
      ),
      fromMs: v.pipe(timeMs, v.description("Since when it is so, epoch milliseconds.")),
      rule: v.pipe(jsonValue, v.description("The rule as `watch add` reads it.")),
    }),
  ),
  maintenance: listOf(
    v.object({ name: v.string(), fromMs: timeMs, toMs: timeMs, where: v.optional(v.string()) }),
  ),
});
