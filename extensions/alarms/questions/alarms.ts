import { defined } from "@rainhooks/core/collections";
import { DAY_MS } from "@rainhooks/core/durations";
import { choice, optionalText, requiredText, time, wholeNumber } from "@rainhooks/stage/query/params/kinds";
import { requireOrder } from "@rainhooks/stage/query/params/range";
import { defineQuestion } from "@rainhooks/stage/query/question";
import { DEFAULT_RANGE_DAYS, MAX_NODE_ID_LENGTH } from "@rainhooks/stage/query/questions/nodes";
import { type Alarm, alarmState, shelvingEndMs } from "../alarms/alarm.ts";
import { listAlarmsOf, listAlarmsRaised, listOpenAlarms } from "../alarms/list-alarms.ts";
import { requireAlarm } from "../alarms/select-alarms.ts";
import { alarmAnswer, alarmsAnswer } from "../answers/alarms.ts";
import { ruleJson } from "../rule/rule-json.ts";
import { readWatchRules } from "../rules/rule-store.ts";
import { sweepState } from "../sweep/sweep-state.ts";
import { alarmsTable, watchRulesTable } from "../watch-tables.ts";
import { listWatchRulesQuestion } from "./watch-rules.ts";

const MAX_ALARMS = 1000;

/** Lists the alarms of a stage, newest first. */
export const listAlarmsQuestion = defineQuestion({
  name: "listAlarms",
  path: "/v1/alarms",
  summary: "Alarms that need attention, or all of a time range, newest first",
  params: {
    state: choice(
      { description: "open: those that need attention. all: whatever became of them.", placeholder: "state" },
      ["open", "all"],
      "open",
    ),
    rule: optionalText({ description: "Only alarms of this rule.", placeholder: "rule", maxLength: 50 }),
    node: optionalText({
      description: "Only alarms of this node, or of this group of nodes.",
      placeholder: "node",
      maxLength: MAX_NODE_ID_LENGTH,
    }),
    from: time({
      description: "Start of the range of all alarms, inclusive. Default: seven days before the end.",
    }),
    to: time({ description: "End of the range of all alarms, exclusive. Default: now." }),
    limit: wholeNumber(
      { description: "Maximum number of alarms.", placeholder: "count" },
      { min: 1, max: MAX_ALARMS, fallback: 100 },
    ),
  },
  paged: false,
  answer: alarmsAnswer,
  find: async ({ state, rule, node, from, to, limit }, { stores, nowMs }) => {
    const [table, rules] = [stores.tableOf(alarmsTable.name), stores.tableOf(watchRulesTable.name)];
    const swept = await sweepState.read(table);
    const query = { rule, limit };
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
          : listOpenAlarms(table, await ruleNames(rules), query);
    const { alarms, ...list } = await listed;
    const { sinceMs, reason } = swept?.waits ?? {};
    const waits = defined({ waitingSinceMs: sinceMs, waitsFor: reason });
    return { answer: { alarms: alarms.map((alarm) => shownAlarm(alarm, nowMs)), ...list, ...waits } };
  },
});

/** Alarms are deleted 400 days after their end. */
const MAX_DAYS = 500;

async function ruleNames(table: Parameters<typeof readWatchRules>[0]): Promise<string[]> {
  return (await readWatchRules(table)).rules.map(({ name }) => name);
}

/** Returns one alarm. */
export const alarmQuestion = defineQuestion({
  name: "getAlarm",
  path: "/v1/alarms/{alarm}",
  summary: "One alarm",
  params: {
    alarm: requiredText({
      description: "Id of the alarm; of one that is open, the first six characters or more are enough.",
      placeholder: "alarm",
      maxLength: 50,
    }),
  },
  paged: false,
  answer: alarmAnswer,
  find: async ({ alarm: id }, { stores, nowMs }) => {
    const alarm = await requireAlarm(
      { alarms: stores.tableOf(alarmsTable.name), rules: stores.tableOf(watchRulesTable.name) },
      id,
    );
    const definition = await definitionOf(alarm, stores.tableOf(watchRulesTable.name));
    return { answer: { ...shownAlarm(alarm, nowMs), ...defined({ definition }) } };
  },
});

/** Returns the rule of an alarm as it was then. */
async function definitionOf({ rule, version }: Alarm, table: Parameters<typeof readWatchRules>[0]) {
  const { rules } = await readWatchRules(table);
  const state = rules.find(({ name }) => name === rule)?.states.find((one) => one.version === version);
  return state === undefined ? undefined : ruleJson(state.rule);
}

function shownAlarm(alarm: Alarm, nowMs: number) {
  const { alarmId, rule, version, kind, severity, nodeId, startMs, raisedMs, members, ...rest } = alarm;
  const { series, endMs, ackedMs, ackedBy, suppressedBy, retractedMs, revisedTo, ...more } = rest;
  const { value, memberCount, reason, nodeName } = more;
  return {
    ...{ alarmId, rule, version, kind, severity, nodeId, state: alarmState(alarm, nowMs) },
    ...{ startMs, raisedMs },
    ...defined({
      ...{ series, endMs, ackedMs, ackedBy, suppressedBy, retractedMs, revisedTo },
      ...{ value, memberCount, reason, nodeName },
      members: members === undefined ? undefined : [...members],
      shelvedUntilMs: shelvingEndMs(alarm, nowMs),
    }),
  };
}

/** What can be asked about alarms and their rules. */
export const ALARM_QUESTIONS = [listAlarmsQuestion, alarmQuestion, listWatchRulesQuestion] as const;
