import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import {
  addFormatOptions,
  addStageOptions,
  addWait,
  addWatch,
  count,
  refuseUnknown,
} from "@rainhooks/stage/commands/options";
import type { Functions } from "@rainhooks/stage/functions";

const SHOW_LIMIT = 20;
const OUTCOME_WAIT = { description: "how long to wait for what comes of it", usual: "2m" };

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
    .argument("<webhook>", "name of the webhook or worker")
    .addOption(
      new Option("--limit <count>", "maximum number of dead letters to examine")
        .argParser(count)
        .default(SHOW_LIMIT),
    )
    .option("--only <code>", "only dead letters with this error code")
    .option("--reason <text>", "only dead letters whose reason contains this text")
    .option("--id <id>", "only the dead letter with this delivery or message id (or its start)");
  addStageOptions(addFormatOptions(show)).action(async (webhook, options) =>
    (await import("./show-dead-letters.ts")).showCommand(webhook, options),
  );
  addRepair(dlq, functions);
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
  addStageOptions(addFormatOptions(addWait(repair, OUTCOME_WAIT))).action(async (webhook, options) =>
    (await import("./repair.ts")).repairCommand(webhook, options, functions),
  );
}

const REPAIR_HELP = `
Examples:
  rainhooks dlq repair node-status --id 47f807ce                   opens the message in EDITOR
  rainhooks dlq repair node-status --id 47f807ce --print > message.json
  rainhooks dlq repair node-status --id 47f807ce --file message.json`;
