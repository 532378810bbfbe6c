import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { addStageOptions, count } from "../options.ts";

const LINES = 20;

/** Adds `publish` and `logs`: publish test events to the local stage, and read the logs of its webhooks. */
export function addFeedCommands(program: CommandUnknownOpts): void {
  const publish = program
    .command("publish")
    .description(
      "publish the event in a file (- is standard input): a RainMaker event, or a Lambda event with Records[].Sns",
    )
    .argument("[file]", "file with the event", "-")
    .option("--type <type>", "publish the text unchanged, to the topic of this event type");
  addStageOptions(publish).action(async (file, options) =>
    (await import("./publish.ts")).publishCommand(file, options),
  );
  const logs = program
    .command("logs")
    .description("print the log of a webhook")
    .argument("<webhook>", "name of the webhook, such as hello")
    .addOption(new Option("--lines <count>", "number of past lines to print").argParser(count).default(LINES))
    .option("--follow", "keep printing new lines");
  addStageOptions(logs).action(async (webhook, options) =>
    (await import("./logs.ts")).logsCommand(webhook, options),
  );
}
