import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { answerWith } from "@rainhooks/stage/commands/answer-with";
import { alarmKpiQuestion, alarmQuestion, listAlarmsQuestion } from "../questions/alarms.ts";
import { listWatchRulesQuestion } from "../questions/watch-rules.ts";
import { alarmsView, alarmView, kpiView, rulesView } from "./alarm-views.ts";

/** Adds `rainhooks watch`, for alarm rules, and `rainhooks alarms`, for what they find. */
export function addWatchCommands(program: CommandUnknownOpts): void {
  const watch = program
    .command("watch")
    .description(
      "rules for alarms: nodes that are offline, silent or flapping, values out of bounds, outages of groups",
    );
  answerWith(watch.command("ls").description("list the rules"), listWatchRulesQuestion, rulesView);
  const alarms = program
    .command("alarms")
    .description("alarms that rules have found (alerts are what nodes send)");
  answerWith(
    alarms.command("ls", { isDefault: true }).description("list alarms, newest first"),
    listAlarmsQuestion,
    alarmsView,
  );
  answerWith(alarms.command("show").description("show an alarm"), alarmQuestion, alarmView, ["alarm"]);
  answerWith(
    alarms
      .command("kpi")
      .description("show the load that alarms are for people, against the figures of ISA-18.2"),
    alarmKpiQuestion,
    kpiView,
  );
}
