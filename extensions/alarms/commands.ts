import { answerWith } from "@rainhooks/stage/commands/answer-with";
import type { AddCommands } from "@rainhooks/stage/own-extension";
import { alarmQuestion, listAlarmsQuestion } from "./questions/alarms.ts";
import { listWatchRulesQuestion } from "./questions/watch-rules.ts";
import { alarmsView, alarmView, rulesView } from "./views/alarm-views.ts";

/** Adds `rainhooks watch`, for alarm rules, and `rainhooks alarms`, for what they find. */
export const addCommands: AddCommands = (program) => {
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
};
