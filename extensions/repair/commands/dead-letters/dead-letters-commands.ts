import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import {
  addFormatOptions,
  addStageOptions,
  addWatch,
  count,
  refuseUnknown,
} from "@rainhooks/stage/commands/options";

const SHOW_LIMIT = 20;

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
}
