import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { addStageOptions, duration } from "@rainhooks/stage/commands/options";
import { MAX_SHELVE } from "../alarms/change-alarms.ts";

/** Adds the commands that do something about alarms. */
export function addAlarmOperations(alarms: CommandUnknownOpts): void {
  const ack = command(alarms, "ack", "acknowledge alarms: they are not sent again").option(
    "--by <name>",
    "who (default: your user name)",
  );
  addStageOptions(ack).action(async (ids, options) =>
    (await import("./operate.ts")).ackCommand(ids, options),
  );
  const shelve = command(
    alarms,
    "shelve",
    "send nothing about alarms for a time; what is shelved for longer stays so",
  ).addOption(
    new Option("--for <duration>", "how long, such as 2h")
      .argParser(duration(MAX_SHELVE))
      .makeOptionMandatory(),
  );
  addStageOptions(shelve).action(async (ids, options) =>
    (await import("./operate.ts")).shelveCommand(ids, options),
  );
  const unshelve = command(alarms, "unshelve", "end shelving: what still lasts is sent again");
  addStageOptions(unshelve).action(async (ids, options) =>
    (await import("./operate.ts")).unshelveCommand(ids, options),
  );
}

/** Makes a command that takes alarms by their ids, or the open ones of a rule, of a node, or all. */
function command(alarms: CommandUnknownOpts, verb: string, description: string) {
  return alarms
    .command(verb)
    .description(description)
    .argument("[alarm...]", "ids of alarms, or starts of ids of open ones (at least six characters)")
    .option("--rule <rule>", "the open alarms of this rule")
    .option(
      "--node <node>",
      "the open alarms of this node, by its id, the start of it or its name; or of a group",
    )
    .addOption(new Option("--all", "all open alarms").conflicts(["rule", "node"]))
    .option("--yes", "skip the confirmation, which more than one alarm needs")
    .option("--json", "print JSON")
    .addHelpText("after", HELP[verb] ?? "");
}

const HELP: Readonly<Record<string, string>> = {
  ack: `
Examples:
  rainhooks alarms ack eKCQ1r
  rainhooks alarms ack --rule offline-10m --by ann
  rainhooks alarms ack --all --yes`,
  shelve: `
Examples:
  rainhooks alarms shelve eKCQ1r --for 2h
  rainhooks alarms shelve --node "Living room" --for 1d`,
  unshelve: `
Examples:
  rainhooks alarms unshelve eKCQ1r
  rainhooks alarms unshelve --rule too-hot`,
};
