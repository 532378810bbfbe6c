import { defined } from "@rainhooks/core/collections";
import { DAY_MS } from "@rainhooks/core/durations";
import {
  choice,
  limitOf,
  optionalText,
  requiredText,
  time,
} from "@rainhooks/stage/query/params/kinds";
import { requireOrder } from "@rainhooks/stage/query/params/range";
import { defineQuestion } from "@rainhooks/stage/query/question";
import { DEFAULT_RANGE_DAYS, MAX_NODE_ID_LENGTH } from "@rainhooks/stage/query/questions/nodes";
import {
  about,
  count,
  jsonValue,
  listOf,
  optional,
  timeMs,
} from "@rainhooks/stage/query/results/json";
import * as v from "valibot";
import { ALARM_STATES, type Alarm, alarmState, shelvingEndMs } from "../alarms/alarm.ts";
import { listAlarmsOf, listAlarmsRaised, listOpenAlarms } from "../alarms/list-alarms.ts";
import { requireAlarm } from "../alarms/select-alarms.ts";
import { RULE_KINDS, SEVERITIES } from "../rule/rule.ts";
import { ruleJson } from "../rule/rule-text.ts";
import { presentRules, readWatchRules } from "../rules/rule-store.ts";
import { sweepState } from "../sweep/sweep-state.ts";
import { alarmsTable, watchRulesTable } from "../watch-tables.ts";

const alarmFields = {
  alarmId: v.string(),
  rule: v.string(),
  version: count,
  kind: v.picklist(RULE_KINDS),
  severity: v.picklist(SEVERITIES),
  nodeId: about(
    v.string(),
    "What it is about: a node; of an outage, a group such as `tag:site:pune`.",
  ),
  nodeName: optional(
    v.string(),
    "Name of the node when the alarm was found; absent if it was not known, and for a group.",
  ),
  series: v.optional(v.string()),
  state: v.picklist(ALARM_STATES),
  startMs: about(timeMs, "When its condition began to hold, epoch milliseconds."),
  raisedMs: about(timeMs, "When it had held for long enough, epoch milliseconds."),
  endMs: v.optional(timeMs),
  value: optional(
    v.union([v.number(), v.boolean()]),
    "Of a series: the value with which it was raised, if it is a number or a boolean.",
  ),
  memberCount: optional(
    count,
    "Of an outage: how many nodes of the group were offline when it was raised.",
  ),
  members: optional(listOf(v.string()), "Of an outage: the first of these nodes, up to 100."),
  reason: optional(
    v.string(),
    "Of a node that is offline: why its MQTT session ended, as AWS IoT says; only if the stage asks AWS IoT for it.",
  ),
  ackedMs: v.optional(timeMs),
  ackedBy: v.optional(v.string()),
  latch: optional(v.boolean(), "Whether it needs attention until somebody acknowledges it."),
  shelvedUntilMs: optional(
    timeMs,
    "Until when nothing is sent, epoch milliseconds; only while it is shelved.",
  ),
  suppressedBy: optional(
    v.string(),
    "The maintenance window or outage because of which it is not sent.",
  ),
  retractedMs: optional(
    v.number(),
    "When it was found that it had not happened, epoch milliseconds.",
  ),
  revisedTo: optional(v.string(), "The alarm in its place, which began at another time."),
};

/** What of an alarm is told. */
const TOLD = v.object(alarmFields);

/** One alarm. */
export const alarmResult = v.object({
  ...alarmFields,
  definition: optional(
    jsonValue,
    "Its rule as it was then; absent if so many changes have followed that it is not kept.",
  ),
});

/** A list of alarms. */
export const alarmsResult = v.object({
  alarms: about(listOf(TOLD), "Those that were raised last first, or the worst."),
  more: about(v.boolean(), "There are more than were asked for."),
  total: optional(
    v.object({
      alarms: count,
      rules: listOf(
        v.object({
          rule: v.string(),
          severity: v.picklist(SEVERITIES),
          alarms: count,
          unhandled: about(
            count,
            "How many nobody handles: neither acknowledged, shelved nor suppressed.",
          ),
        }),
      ),
    }),
    "How many there are, with those that are not listed, and of which rules; absent if that is not known.",
  ),
  waitingSinceMs: optional(
    v.number(),
    "Since when alarms wait, because events are not written yet; epoch milliseconds. Absent if none does.",
  ),
  waitsFor: optional(v.string(), "What alarms wait for, and which of them."),
});

/** The alarm rules of a stage. */
export const watchRulesResult = v.object({
  rules: listOf(
    v.object({
      name: v.string(),
      version: count,
      status: about(
        v.picklist(["in-force", "starting", "paused"]),
        "`starting`: it begins to hold up to 90 seconds after it was written.",
      ),
      fromMs: about(timeMs, "Since when it is so, epoch milliseconds."),
      rule: about(jsonValue, "The rule as `watch add` reads it."),
    }),
  ),
  maintenance: listOf(
    v.object({ name: v.string(), fromMs: timeMs, toMs: timeMs, where: v.optional(v.string()) }),
  ),
});

/** Lists the alarm rules of a stage. */
export const listWatchRulesQuestion = defineQuestion({
  name: "listWatchRules",
  path: "/v1/watch-rules",
  summary: "Alarm rules and maintenance windows",
  params: {},
  paged: false,
  result: watchRulesResult,
  find: async (_params, { stores, nowMs }) => {
    const { rules, maintenance } = await readWatchRules(stores.tableOf(watchRulesTable.name));
    const present = presentRules(rules).map(
      ({ name, last: { version, fromMs, rule, ...last } }) => {
        const isStarting = last.status === "in-force" && fromMs > nowMs;
        const status = isStarting ? ("starting" as const) : last.status;
        return { name, version, fromMs, status, rule: ruleJson(rule) };
      },
    );
    const windows = maintenance.filter(({ toMs }) => toMs > nowMs);
    return { result: { rules: present, maintenance: windows } };
  },
});

const MAX_ALARMS = 1000;

/** Lists the alarms of a stage. */
export const listAlarmsQuestion = defineQuestion({
  name: "listAlarms",
  path: "/v1/alarms",
  summary: "Alarms that need attention, or all of a time range",
  params: {
    state: choice(
      {
        description: "open: those that need attention. all: whatever became of them.",
        placeholder: "state",
      },
      ["open", "all"],
      "open",
    ),
    rule: optionalText({
      description: "Only alarms of this rule.",
      placeholder: "rule",
      maxLength: 50,
    }),
    node: optionalText({
      description: "Only alarms of this node, or of this group of nodes.",
      placeholder: "node",
      maxLength: MAX_NODE_ID_LENGTH,
    }),
    from: time({
      description:
        "Start of the range of all alarms, inclusive. Default: seven days before the end.",
    }),
    to: time({ description: "End of the range of all alarms, exclusive. Default: now." }),
    limit: limitOf("alarms", MAX_ALARMS, 100),
    order: choice(
      {
        description: "worst: unhandled first, then by severity. newest: the last.",
        placeholder: "order",
      },
      ["newest", "worst"],
      "newest",
    ),
  },
  paged: false,
  result: alarmsResult,
  find: async ({ state, rule, node, from, to, limit, order }, { stores, nowMs }) => {
    const table = stores.tableOf(alarmsTable.name);
    const rules = stores.tableOf(watchRulesTable.name);
    const swept = await sweepState.read(table);
    const query = { rule, limit, nowMs };
    const toMs = to ?? nowMs + DAY_MS;
    const fromMs = from ?? Math.max(0, Math.min(toMs, nowMs) - DEFAULT_RANGE_DAYS * DAY_MS);
    requireOrder(fromMs, toMs, to);
    const raised = {
      fromMs: Math.max(fromMs, nowMs - MAX_DAYS * DAY_MS),
      toMs: Math.min(toMs, nowMs + DAY_MS),
    };
    const isAll = state === "all";
    const listed =
      node !== undefined
        ? listAlarmsOf(table, node, isAll ? raised : "open", query)
        : isAll
          ? listAlarmsRaised(table, raised, query)
          : listOpenAlarms(table, (await readWatchRules(rules)).rules, { ...query, order });
    const { alarms, ...list } = await listed;
    const { sinceMs, reason } = swept?.waits ?? {};
    const waits = defined({ waitingSinceMs: sinceMs, waitsFor: reason });
    // One that another version has written, and this one cannot read, does not hide the others.
    const told = alarms.map((alarm) => v.safeParse(TOLD, withState(alarm, nowMs)));
    return {
      result: { alarms: told.flatMap((one) => (one.success ? one.output : [])), ...list, ...waits },
    };
  },
});

/** Alarms are deleted 400 days after their end. */
const MAX_DAYS = 500;

/** Returns one alarm. */
export const alarmQuestion = defineQuestion({
  name: "getAlarm",
  path: "/v1/alarms/{alarm}",
  summary: "One alarm",
  params: {
    alarm: requiredText({
      description:
        "Id of the alarm; of one that is open, the first six characters or more are enough.",
      placeholder: "alarm",
      maxLength: 50,
    }),
  },
  paged: false,
  result: alarmResult,
  find: async ({ alarm: id }, { stores, nowMs }) => {
    const rules = stores.tableOf(watchRulesTable.name);
    const alarm = await requireAlarm({ alarms: stores.tableOf(alarmsTable.name), rules }, id);
    const history = (await readWatchRules(rules)).rules.find(({ name }) => name === alarm.rule);
    const state = history?.states.find(({ version }) => version === alarm.version);
    const definition = state && ruleJson(state.rule);
    return { result: { ...v.parse(TOLD, withState(alarm, nowMs)), ...defined({ definition }) } };
  },
});

function withState(alarm: Alarm, nowMs: number): object {
  const now = { state: alarmState(alarm, nowMs), shelvedUntilMs: shelvingEndMs(alarm, nowMs) };
  return defined({ ...alarm, ...now });
}

/** What can be asked about alarms and their rules. */
export const ALARM_QUESTIONS = [listAlarmsQuestion, alarmQuestion, listWatchRulesQuestion] as const;
