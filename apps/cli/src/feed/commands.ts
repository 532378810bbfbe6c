import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { addStageOptions, count } from "../options.ts";

const LINES = 20;

/** `publish` and `logs`: feeding the stage on this machine, and seeing what its webhooks make of it. */
export function addFeedCommands(program: CommandUnknownOpts): void {
  const publish = program
    .command("publish")
    .description(
      "publish the event in a file (- for standard input): an event, or a Lambda event with Records[].Sns",
    )
    .argument("[file]", "file with the event", "-")
    .option("--type <type>", "publish the text as it is, on the topic of this event type");
  addStageOptions(publish).action(async (file, options) =>
    (await import("./publish.ts")).publishCommand(file, options),
  );
  const logs = program
    .command("logs")
    .description("print what a webhook logged")
    .argument("<webhook>", "its name, such as hello")
    .addOption(new Option("--lines <count>", "lines to begin with").argParser(count).default(LINES))
    .option("--follow", "go on with the lines that come");
  addStageOptions(logs).action(async (webhook, options) =>
    (await import("./logs.ts")).logsCommand(webhook, options),
  );
}
