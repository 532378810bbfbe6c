import { countText } from "@rainhooks/core/count-text";
import { addQuery } from "@rainhooks/stage/commands/add-query";
import type { AddCommands } from "@rainhooks/stage/project-extension";
import type { ResultOf, View } from "@rainhooks/stage/query/question";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";
import { alarmQuestion, listAlarmsQuestion, listWatchRulesQuestion } from "./questions/alarms.ts";
import { ruleText } from "./rule/rule-text.ts";

type Alarm = ResultOf<typeof alarmQuestion>;

const WHAT = ["alarmId", "rule", "severity", "nodeId", "series"] as const;
const HEADER = [...WHAT, "state", "startMs", "raisedMs", "endMs", "nodeName"] as const;

const rowOf = (alarm: Alarm) => HEADER.map((name) => alarm[name]);

type Alarms = ResultOf<typeof listAlarmsQuestion>;

/** Shows alarms as a table. */
const alarmsView: View<Alarms> = {
  header: HEADER,
  rows: ({ alarms }) => alarms.map(rowOf),
  text: (list, { state }) => {
    const { alarms, more, waitingSinceMs, waitsFor } = list;
    const table = formatTable(
      ["alarm", "rule", "severity", "of", "name", "state", "since (UTC)", "ended (UTC)"],
      alarms.map(({ alarmId, rule, severity, nodeId, nodeName, series, state, startMs, endMs }) => [
        alarmId,
        rule,
        severity,
        series === undefined ? nodeId : `${nodeId} ${series}`,
        nodeName ?? "-",
        state,
        formatTime(startMs),
        endMs === undefined ? "-" : formatTime(endMs),
      ]),
    );
    return [
      ...(waitingSinceMs === undefined
        ? []
        : [`Alarms wait since ${formatTime(waitingSinceMs)} UTC: ${waitsFor}.`]),
      ...(alarms.length === 0
        ? ["No alarms."]
        : [table, totalText(list, state === "all" ? "alarm" : "open alarm")]),
      ...(more ? ["There are more: use --limit, --rule or --from."] : []),
    ].join("\n");
  },
};

/** Such as "37 open alarms of 4 rules; 22 not handled". */
function totalText({ alarms, total }: Alarms, what: string): string {
  if (total === undefined) return `${countText(alarms.length, what)} of more`;
  const unhandled = total.rules.reduce((sum, one) => sum + one.unhandled, 0);
  const all = `${countText(total.alarms, what)} of ${countText(total.rules.length, "rule")}`;
  return unhandled === total.alarms ? all : `${all}; ${unhandled} not handled`;
}

/** Shows one alarm. */
const alarmView: View<Alarm> = {
  header: HEADER,
  rows: (alarm) => [rowOf(alarm)],
  text: (alarm) =>
    formatTable(
      ["field", "value"],
      Object.entries(alarm).map(([name, value]) => [
        name.replace(/Ms$/, " (UTC)"),
        name.endsWith("Ms")
          ? formatTime(Number(value))
          : String(name === "definition" ? ruleText(value, ["name"]) : value),
      ]),
    ),
};

/** Shows alarm rules as a table. */
const rulesView: View<ResultOf<typeof listWatchRulesQuestion>> = {
  header: ["name", "version", "status", "fromMs", "rule"],
  rows: ({ rules }) =>
    rules.map(({ name, version, status, fromMs, rule }) => [
      name,
      version,
      status,
      fromMs,
      JSON.stringify(rule),
    ]),
  text: ({ rules, maintenance }) =>
    [
      rules.length === 0
        ? "No alarm rules. Add one with watch add."
        : formatTable(
            ["rule", "version", "status", "since (UTC)", "what"],
            rules.map(({ name, version, status, fromMs, rule }) => [
              name,
              String(version),
              status,
              formatTime(fromMs),
              ruleText(rule, ["name", "description"]),
            ]),
          ),
      ...maintenance.map(
        ({ name, fromMs, toMs, where }) =>
          `Maintenance ${name}: ${formatTime(fromMs)} to ${formatTime(toMs)} UTC${where === undefined ? "" : `, ${where}`}`,
      ),
    ].join("\n"),
};

/** Adds `rainhooks watch`, for alarm rules, and `rainhooks alarms`, for what they find. */
export const addCommands: AddCommands = (program) => {
  const watch = program
    .command("watch")
    .description(
      "rules for alarms: nodes that are offline, silent or flapping, values out of bounds, outages of groups",
    );
  addQuery(watch.command("ls").description("list the rules"), listWatchRulesQuestion, rulesView);
  const alarms = program
    .command("alarms")
    .description("alarms that rules have found (alerts are what nodes send)");
  addQuery(
    alarms.command("ls", { isDefault: true }).description("list alarms, newest first"),
    listAlarmsQuestion,
    alarmsView,
  );
  addQuery(alarms.command("show").description("show an alarm"), alarmQuestion, alarmView, [
    "alarm",
  ]);
};
