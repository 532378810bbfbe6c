import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { addFormatOptions, addStageOptions, addWatch, count, refuseUnknown } from "../options.ts";

/** Defaults of `--limit`: of `show`, and of `redrive` and `drop`. */
const SHOW_LIMIT = 20;
const MOVE_LIMIT = 1000;

/** Adds `rainhooks dlq`, for messages that webhooks and workers could not handle. */
export function addDeadLetterCommands(program: CommandUnknownOpts): void {
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
    (await import("./ls.ts")).dlqCommand(options),
  );
  const show = dlq
    .command("show")
    .description("show the dead letters of a webhook or worker; they stay in the queue")
    .argument("<webhook>", "name of the webhook or worker")
    .addOption(
      new Option("--limit <count>", "maximum number of dead letters").argParser(count).default(SHOW_LIMIT),
    );
  addStageOptions(addFormatOptions(show)).action(async (webhook, options) =>
    (await import("./show.ts")).showCommand(webhook, options),
  );
  const redrive = dlq
    .command("redrive")
    .description("move dead letters of a webhook or worker back to its queue, so that they are handled again")
    .argument("<webhook>", "name of the webhook or worker")
    .option("--only <code>", "only dead letters with this error code")
    .option("--id <id>", "only the dead letter with this delivery or message id (or its start)")
    .addOption(
      new Option("--limit <count>", "maximum number of dead letters to examine")
        .argParser(count)
        .default(MOVE_LIMIT),
    )
    .option("--dry-run", "show how many would be moved, and move none")
    .addHelpText("after", REDRIVE_HELP);
  addStageOptions(redrive).action(async (webhook, options) =>
    (await import("./redrive.ts")).redriveCommand(webhook, options),
  );
  const drop = dlq
    .command("drop")
    .description("delete dead letters of a webhook or worker permanently, after a confirmation")
    .argument("<webhook>", "name of the webhook or worker")
    .option("--only <code>", "delete the dead letters with this error code")
    .option("--id <id>", "delete the dead letter with this delivery or message id (or its start)")
    .addOption(
      new Option("--limit <count>", "maximum number of dead letters to examine")
        .argParser(count)
        .default(MOVE_LIMIT),
    )
    .option("--yes", "skip the confirmation");
  addStageOptions(drop).action(async (webhook, options) =>
    (await import("./drop.ts")).dropCommand(webhook, options),
  );
}

const REDRIVE_HELP = `
Examples:
  rainhooks dlq --check                            for a script: are there any?
  rainhooks dlq show node-status                   the dead letters and their reasons
  rainhooks dlq redrive node-status --dry-run
  rainhooks dlq redrive node-status
  rainhooks dlq redrive node-status --id 47f807ce  only this one`;
