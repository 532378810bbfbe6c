import { type CommandUnknownOpts, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import {
  alarmKpiQuestion,
  alarmQuestion,
  listAlarmsQuestion,
  listWatchRulesQuestion,
} from "@rainhooks/query";
import { GROUPINGS, REGRESSION_EVENTS, RULE_KINDS, SEVERITIES } from "@rainhooks/watch";
import { answerWith } from "../ask/answer-with.ts";
import { addStageOptions, addTimes, duration, timeOption } from "../options.ts";
import { alarmsView, alarmView, kpiView, rulesView } from "./view.ts";

const JSON_ONLY = ["--json", "print JSON"] as const;
const NAME = ["<rule>", "name of the rule"] as const;
const ALARM = ["<alarm>", "id of the alarm"] as const;
const MAX_SHELVE = "7d";

const ADD_HELP = `
Examples:
  rainhooks watch add offline-10m --kind offline --for 10m
  rainhooks watch add offline-10m --kind offline --for 10m --where 'node.type == "thermostat"' --severity high
  rainhooks watch add flapping --kind flapping --count 5 --window 10m
  rainhooks watch add too-hot --kind threshold --series Room.Temperature --above 30 --hysteresis 1 --for 5m
  rainhooks watch add leak --kind rate --series Tank.Level --change 5 --direction down --window 10m
  rainhooks watch add site-down --kind outage --by tag --share 0.5 --count 20 --severity critical
  rainhooks watch add bad-firmware --kind regression --event drops --ratio 2
  rainhooks watch add quiet --kind silent --for 2d --destination crm
  rainhooks watch add --file rule.json

A rule with the same name is replaced; it has the next version. A change begins to hold 90 seconds later.`;

/** Adds `rainhooks watch`, for alarm rules, and `rainhooks alarms`, for what they find. */
export function addWatchCommands(program: CommandUnknownOpts): void {
  const watch = program
    .command("watch")
    .description(
      "rules for alarms: nodes that are offline, silent or flapping, values out of bounds, outages of groups, bad firmwares",
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
  for (const [verb, description] of VERBS)
    addStageOptions(
      watch
        .command(verb)
        .description(description)
        .argument(...NAME)
        .option(...JSON_ONLY),
    ).action(async (name, options) => (await import("./rules.ts")).changeStatusCommand(verb, name, options));
  addTests(watch);
  addMaintenance(watch);
  const alarms = program
    .command("alarms")
    .description("alarms that rules have found (alerts are what nodes send)");
  answerWith(
    alarms.command("ls", { isDefault: true }).description("list alarms, newest first"),
    listAlarmsQuestion,
    alarmsView,
  );
  answerWith(alarms.command("show").description("show an alarm"), alarmQuestion, alarmView, ["alarm"]);
  addOperations(alarms);
  answerWith(
    alarms
      .command("kpi")
      .description("show the load that alarms are for people, against the figures of ISA-18.2"),
    alarmKpiQuestion,
    kpiView,
  );
}

const VERBS = [
  ["pause", "let a rule find nothing until it is resumed; its alarms close"],
  ["resume", "let a paused rule find alarms again"],
  ["rm", "remove a rule; its alarms close"],
] as const;

function addAdd(watch: CommandUnknownOpts): void {
  const add = watch
    .command("add")
    .description("add a rule, or replace it")
    .argument("[name]", "name of the rule: lower-case letters, digits and dashes")
    .option("--file <path>", "JSON file with the rule (- for standard input)")
    .addOption(new Option("--kind <kind>", "what to look for").choices(RULE_KINDS))
    .option("--for <duration>", "how long it must last, such as 10m")
    .option("--window <duration>", "of flapping, rate and regression: the time in which changes count")
    .option(
      "--count <count>",
      "of flapping: how often a node goes offline; of outage: how many nodes at least; of regression: how many hours with an event at least",
    )
    .option("--series <name>", "of threshold and rate: the series")
    .option("--above <number>", "of threshold: values above are out of bounds")
    .option("--below <number>", "of threshold: values below are out of bounds")
    .option("--hysteresis <number>", "of threshold: how far a value must be back within the bounds")
    .option("--when <cel>", "of threshold: which values are out of bounds, such as 'text == \"error\"'")
    .option("--change <number>", "of rate: by how much values change")
    .addOption(new Option("--direction <direction>", "of rate").choices(["up", "down", "any"]))
    .addOption(new Option("--by <grouping>", "of outage: what the nodes of a group share").choices(GROUPINGS))
    .option("--share <share>", "of outage: share of the nodes of a group, 0.01 to 1")
    .addOption(
      new Option("--event <event>", "of regression: what is compared between firmwares").choices(
        REGRESSION_EVENTS,
      ),
    )
    .option("--ratio <ratio>", "of regression: how many times as often as with the other firmwares")
    .option("--nodes <count>", "of regression: how many nodes at least must have the firmware")
    .option("--where <cel>", "which nodes, such as 'node.type == \"thermostat\"'")
    .addOption(new Option("--severity <severity>", "how urgent it is").choices(SEVERITIES))
    .option("--description <text>", "what it is, for people")
    .option(
      "--destination <id...>",
      "destinations that get its alarms (default: all that want alarm_changed)",
    )
    .option("--re-alarm <duration>", "send an alarm again that nobody has acknowledged after this time")
    .option("--latch", "keep alarms in the list until somebody acknowledges them")
    .option(...JSON_ONLY)
    .addHelpText("after", ADD_HELP);
  addStageOptions(add).action(async (name, options) => (await import("./add.ts")).addCommand(name, options));
}

const TEST_HELP = `
Examples:
  rainhooks watch test rule.json --from 2026-11-01 --to 2026-11-08
  rainhooks watch test rule.json --against offline-10m@3`;

function addTests(watch: CommandUnknownOpts): void {
  const test = watch
    .command("test")
    .description(
      "try a rule on the archive: the alarms that it would have found; it sends and stores nothing",
    )
    .argument("<file>", "JSON file with the rule (- for standard input)")
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
  addStageOptions(
    addTimes(test, "start (default: seven days before the end)", "end, exclusive (default: now)"),
  ).action(async (file, options) => (await import("./test.ts")).testCommand(file, options));
  const verify = watch
    .command("verify")
    .description("compare the stored alarms with those that the archive shows; exits with 1 if they differ")
    .option(...JSON_ONLY);
  addStageOptions(
    addTimes(verify, "start (default: a day before the end)", "end, exclusive (default: 20 minutes ago)"),
  ).action(async (options) => (await import("./verify.ts")).verifyAlarmsCommand(options));
}

function count(text: string): number {
  if (/^[1-9]\d{0,11}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1.");
}

function addMaintenance(watch: CommandUnknownOpts): void {
  const maintenance = watch
    .command("maintenance")
    .description(
      "send nothing about alarms of some nodes for a time; what still lasts then is sent at its end",
    )
    .argument("<name>", "name of the window; one of the same name is replaced")
    .addOption(timeOption("--from <time>", "start (default: now)"))
    .addOption(timeOption("--to <time>", "end").conflicts("for"))
    .addOption(new Option("--for <duration>", "length, such as 2h").argParser(duration("30d")))
    .option("--where <cel>", "which nodes (default: all)")
    .option(...JSON_ONLY);
  addStageOptions(maintenance).action(async (name, options) =>
    (await import("./maintenance.ts")).maintenanceCommand(name, options),
  );
}

function addOperations(alarms: CommandUnknownOpts): void {
  const ack = alarms
    .command("ack")
    .description("acknowledge an alarm: it is not sent again")
    .argument(...ALARM)
    .option("--by <name>", "who (default: your user name)")
    .option(...JSON_ONLY);
  addStageOptions(ack).action(async (alarm, options) =>
    (await import("./operate.ts")).ackCommand(alarm, options),
  );
  const shelve = alarms
    .command("shelve")
    .description("send nothing about an alarm for a time")
    .argument(...ALARM)
    .addOption(
      new Option("--for <duration>", "how long, such as 2h")
        .argParser(duration(MAX_SHELVE))
        .makeOptionMandatory(),
    )
    .option(...JSON_ONLY);
  addStageOptions(shelve).action(async (alarm, options) =>
    (await import("./operate.ts")).shelveCommand(alarm, options),
  );
}
