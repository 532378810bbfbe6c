import { count, jsonValue, listOf, optional, timeMs } from "@rainhooks/stage/query/answers/json";
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
  nodeName: optional(
    v.string(),
    "Name of the node when the alarm was found; absent if it was not known, and for a group.",
  ),
  series: v.optional(v.string()),
  state: v.picklist(ALARM_STATES),
  startMs: v.pipe(timeMs, v.description("When its condition began to hold, epoch milliseconds.")),
  raisedMs: v.pipe(timeMs, v.description("When it had held for long enough, epoch milliseconds.")),
  endMs: v.optional(timeMs),
  value: optional(
    v.union([v.number(), v.boolean()]),
    "Of a series: the value with which it was raised, if it is a number or a boolean.",
  ),
  memberCount: optional(count, "Of an outage: how many nodes of the group were offline when it was raised."),
  members: optional(listOf(v.string()), "Of an outage: the first of these nodes, up to 100."),
  reason: optional(
    v.string(),
    "Of a node that is offline: why its MQTT session ended, as AWS IoT says; only if the stage asks AWS IoT for it.",
  ),
  ackedMs: v.optional(timeMs),
  ackedBy: v.optional(v.string()),
  shelvedUntilMs: optional(
    timeMs,
    "Until when nothing is sent, epoch milliseconds; only while it is shelved.",
  ),
  suppressedBy: optional(v.string(), "The maintenance window or outage because of which it is not sent."),
  retractedMs: optional(v.number(), "When it was found that it had not happened, epoch milliseconds."),
  revisedTo: optional(v.string(), "The alarm in its place, which began at another time."),
};

/** One alarm. */
export const alarmAnswer = v.object({
  ...alarm,
  definition: optional(
    jsonValue,
    "Its rule as it was then; absent if so many changes have followed that it is not kept.",
  ),
});

/** A list of alarms. */
export const alarmsAnswer = v.object({
  alarms: v.pipe(listOf(v.object(alarm)), v.description("Those that were raised last first.")),
  more: v.pipe(v.boolean(), v.description("There are more than were asked for.")),
  total: optional(
    v.object({ alarms: count, rules: count }),
    "How many there are, with those that are not listed, and of how many rules; absent if that is not known.",
  ),
  waitingSinceMs: optional(
    v.number(),
    "Since when alarms wait, because events are not written yet; epoch milliseconds. Absent if none does.",
  ),
  waitsFor: optional(v.string(), "What alarms wait for, and which of them."),
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
