import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { addFormatOptions, addStageOptions, addWatch, count, refuseUnknown } from "../options.ts";

/** Messages that are shown, and that are looked at to be moved, unless another number is named. */
const SHOWN = 20;
const LOOKED_AT = 1000;

/** `rainhooks dlq …`: what a webhook could not handle. */
export function addDeadLetterCommands(program: CommandUnknownOpts): void {
  const dlq = program.command("dlq").description("dead letters: what webhooks could not handle");
  const ls = dlq
    .command("ls", { isDefault: true })
    .allowExcessArguments()
    .hook("preAction", refuseUnknown)
    .description("say how many dead letters each webhook has")
    .option("--check", "end with exit code 1 if there are any");
  addStageOptions(addWatch(addFormatOptions(ls))).action(async (options) =>
    (await import("./ls.ts")).dlqCommand(options),
  );
  const show = dlq
    .command("show")
    .description("show the dead letters of a webhook, and leave them where they are")
    .argument("<webhook>", "its name")
    .addOption(new Option("--limit <count>", "dead letters at most").argParser(count).default(SHOWN));
  addStageOptions(addFormatOptions(show)).action(async (webhook, options) =>
    (await import("./show.ts")).showCommand(webhook, options),
  );
  const redrive = dlq
    .command("redrive")
    .description("move dead letters of a webhook back to its queue, to be handled again")
    .argument("<webhook>", "its name")
    .option("--only <code>", "only those with this error code")
    .option("--id <id>", "only the one of this delivery or message; the beginning of its id will do")
    .addOption(
      new Option("--limit <count>", "dead letters to look at, at most").argParser(count).default(LOOKED_AT),
    )
    .option("--dry-run", "only say how many would be moved")
    .addHelpText("after", REDRIVE_HELP);
  addStageOptions(redrive).action(async (webhook, options) =>
    (await import("./redrive.ts")).redriveCommand(webhook, options),
  );
  const drop = dlq
    .command("drop")
    .description("delete dead letters of a webhook for good, after asking")
    .argument("<webhook>", "its name")
    .option("--only <code>", "those with this error code")
    .option("--id <id>", "the one of this delivery or message; the beginning of its id will do")
    .addOption(
      new Option("--limit <count>", "dead letters to look at, at most").argParser(count).default(LOOKED_AT),
    )
    .option("--yes", "do not ask");
  addStageOptions(drop).action(async (webhook, options) =>
    (await import("./drop.ts")).dropCommand(webhook, options),
  );
}

const REDRIVE_HELP = `
Examples:
  rainhooks dlq --check                            for a script: are there any?
  rainhooks dlq show node-status                   what they are, and why
  rainhooks dlq redrive node-status --dry-run
  rainhooks dlq redrive node-status
  rainhooks dlq redrive node-status --id 47f807ce  just this one`;
