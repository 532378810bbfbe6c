import {
  type Command,
  type CommandUnknownOpts,
  Option,
  type OptionValues,
} from "@commander-js/extra-typings";
import {
  addFormatOptions,
  addStageOptions,
  addWait,
  addWatch,
  count,
  refuseUnknown,
} from "@rainhooks/stage/commands/options";
import type { Functions } from "@rainhooks/stage/functions";

/** Defaults of `--limit`: of `show`, and of `redrive` and `drop`. */
const SHOW_LIMIT = 20;
const MOVE_LIMIT = 1000;

/** Adds `rainhooks dlq`, for messages that webhooks and workers could not handle. */
export function addDeadLetterCommands(program: CommandUnknownOpts, functions: Functions): void {
  const dlq = program
    .command("dlq")
    .description("dead letters (messages that a webhook or worker could not handle)");
  const ls = dlq
    .command("ls", { isDefault: true })
    .allowExcessArguments()
    .hook("preAction", refuseUnknown)
    .description("show how many dead letters each webhook and worker has")
    .option("--check", "exit with code 1 if there are any");
  addStageOptions(addWatch(addFormatOptions(ls))).action(async (options) =>
    (await import("./count-dead-letters.ts")).dlqCommand(options),
  );
  const show = dlq
    .command("show")
    .description("show the dead letters of a webhook or worker; they stay in the queue")
    .argument("<webhook>", "name of the webhook or worker");
  addStageOptions(addFormatOptions(addChoice(addLimit(show, SHOW_LIMIT)))).action(async (webhook, options) =>
    (await import("./show-dead-letters.ts")).showCommand(webhook, options),
  );
  addRedrive(dlq);
  addRepair(dlq, functions);
  const drop = dlq
    .command("drop")
    .description("delete dead letters of a webhook or worker permanently, after a confirmation")
    .argument("<webhook>", "name of the webhook or worker")
    .option("--all", "all that it has")
    .option("--yes", "skip the confirmation");
  addStageOptions(addChoice(addLimit(drop, MOVE_LIMIT))).action(async (webhook, options) =>
    (await import("./drop.ts")).dropCommand(webhook, options),
  );
}

function addRedrive(dlq: CommandUnknownOpts): void {
  const redrive = dlq
    .command("redrive")
    .description("move dead letters of a webhook or worker back to its queue, and say what came of each")
    .argument("<webhook>", "name of the webhook or worker")
    .option("--dry-run", "show how many would be moved, and move none")
    .addHelpText("after", REDRIVE_HELP);
  addStageOptions(addFormatOptions(addOutcomeWait(addChoice(addLimit(redrive, MOVE_LIMIT))))).action(
    async (webhook, options) => (await import("./redrive.ts")).redriveCommand(webhook, options),
  );
}

function addRepair(dlq: CommandUnknownOpts, functions: Functions): void {
  const repair = dlq
    .command("repair")
    .description("send the message of a dead letter again with another body, and delete the letter")
    .argument("<webhook>", "name of the webhook")
    .requiredOption("--id <id>", "delivery or message id of the dead letter (or its start)")
    .addOption(
      new Option(
        "--file <path>",
        "the repaired message; - is standard input (default: opens EDITOR)",
      ).conflicts("print"),
    )
    .option("--print", "print the message, and change nothing")
    .option("--force", "send it even if the webhook cannot decode it, or would ignore it")
    .addHelpText("after", REPAIR_HELP);
  addStageOptions(addFormatOptions(addOutcomeWait(repair))).action(async (webhook, options) =>
    (await import("./repair.ts")).repairCommand(webhook, options, functions),
  );
}

/** Adds the options that choose dead letters. */
function addChoice<Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) {
  return command
    .option("--only <code>", "only dead letters with this error code")
    .option("--reason <text>", "only dead letters whose reason contains this text")
    .option("--id <id>", "only the dead letter with this delivery or message id (or its start)");
}

function addLimit<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
  limit: number,
) {
  return command.addOption(
    new Option("--limit <count>", "maximum number of dead letters to examine")
      .argParser(count)
      .default(limit),
  );
}

function addOutcomeWait<Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) {
  return addWait(command, { description: "how long to wait for what comes of it", usual: "2m" });
}

const REDRIVE_HELP = `
Examples:
  rainhooks dlq --check                            for a script: are there any?
  rainhooks dlq show node-status                   the dead letters and their reasons
  rainhooks dlq redrive node-status --dry-run
  rainhooks dlq redrive node-status
  rainhooks dlq redrive node-status --id 47f807ce  only this one
  rainhooks dlq redrive node-status --reason timeout --wait 0s`;

const REPAIR_HELP = `
Examples:
  rainhooks dlq repair node-status --id 47f807ce                   opens the message in EDITOR
  rainhooks dlq repair node-status --id 47f807ce --print > message.json
  rainhooks dlq repair node-status --id 47f807ce --file message.json`;
