import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { answerWith } from "@rainhooks/stage/commands/answer-with";
import { addStageOptions, addTimes, count, duration } from "@rainhooks/stage/commands/options";
import { alarmKpiQuestion, alarmQuestion, listAlarmsQuestion } from "../questions/alarms.ts";
import { listWatchRulesQuestion } from "../questions/watch-rules.ts";
import { alarmsView, alarmView, kpiView, rulesView } from "./alarm-views.ts";
import { addRuleOptions } from "./rule-options.ts";

const JSON_ONLY = ["--json", "print JSON"] as const;
const NAME = ["<rule>", "name of the rule"] as const;

const ADD_HELP = `
Examples:
  rainhooks watch add offline-10m --kind offline --for 10m
  rainhooks watch add offline-10m --kind offline --for 10m --where 'node.type == "thermostat"' --severity high
  rainhooks watch add flapping --kind flapping --count 5 --window 10m
  rainhooks watch add too-hot --kind threshold --series Room.Temperature --above 30 --hysteresis 1 --for 5m
  rainhooks watch add leak --kind rate --series Tank.Level --change 5 --direction down --window 10m
  rainhooks watch add site-down --kind outage --by tag --share 0.5 --count 20 --severity critical
  rainhooks watch add quiet --kind silent --for 2d --destination crm
  rainhooks watch add --file rule.json

A rule with the same name is replaced; it has the next version. A change begins to hold 90 seconds later.`;

/** Adds `rainhooks watch`, for alarm rules, and `rainhooks alarms`, for what they find. */
export function addWatchCommands(program: CommandUnknownOpts): void {
  const watch = program
    .command("watch")
    .description(
      "rules for alarms: nodes that are offline, silent or flapping, values out of bounds, outages of groups",
    );
  addAdd(watch);
  answerWith(watch.command("ls").description("list the rules"), listWatchRulesQuestion, rulesView);
  addStageOptions(
    watch
      .command("show")
      .description("show a rule and its versions")
      .argument(...NAME)
      .option(...JSON_ONLY),
  ).action(async (name, options) => (await import("./rules.ts")).showRuleCommand(name, options));
  addTests(watch);
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

function addAdd(watch: CommandUnknownOpts): void {
  const add = watch
    .command("add")
    .description("add a rule, or replace it")
    .argument("[name]", "name of the rule: lower-case letters, digits and dashes")
    .option(...JSON_ONLY)
    .addHelpText("after", ADD_HELP);
  addRuleOptions(add);
  addStageOptions(add).action(async (name, options) =>
    (await import("./add-rule.ts")).addCommand(name, options),
  );
}

const TEST_HELP = `
Examples:
  rainhooks watch test offline-10m --from 2026-11-01 --to 2026-11-08
  rainhooks watch test offline-10m --against offline-10m@3
  rainhooks watch test --kind offline --for 20m --against offline-10m
  rainhooks watch test rule.json`;

function addTests(watch: CommandUnknownOpts): void {
  const test = watch
    .command("test")
    .description(
      "try a rule on the archive: the alarms that it would have found; it sends and stores nothing",
    )
    .argument(
      "[rule]",
      "a rule of the stage, such as offline-10m or offline-10m@3; or a JSON file, such as rule.json (- for standard input)",
    )
    .option("--against <rule>", "show only differences to a rule of the stage, such as offline-10m@3")
    .addOption(
      new Option(
        "--max-time <duration>",
        "stop reading after this time, and show the alarms up to there",
      ).argParser(duration("1d")),
    )
    .addOption(
      new Option(
        "--max-deliveries <count>",
        "stop reading after so many deliveries, and show the alarms up to there",
      ).argParser(count),
    )
    .option(...JSON_ONLY)
    .addHelpText("after", TEST_HELP);
  addRuleOptions(test);
  addStageOptions(
    addTimes(test, "start (default: seven days before the end)", "end, exclusive (default: now)"),
  ).action(async (rule, options) => (await import("./test.ts")).testCommand(rule, options));
  const verify = watch
    .command("verify")
    .description("compare the stored alarms with those that the archive shows; exits with 1 if they differ")
    .option(...JSON_ONLY);
  addStageOptions(
    addTimes(verify, "start (default: a day before the end)", "end, exclusive (default: 20 minutes ago)"),
  ).action(async (options) => (await import("./verify.ts")).verifyAlarmsCommand(options));
}
