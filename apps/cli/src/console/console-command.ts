import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { countField } from "@rainhooks/core/fields";
import { addStageOptions, optionOfKind } from "@rainhooks/stage/commands/options";

const MAX_PORT = 65_535;

/** Adds `rainhooks console`, the web page of a stage. */
export function addConsoleCommand(program: CommandUnknownOpts): void {
  const console = program
    .command("console")
    .description("show a stage on a web page, which this machine serves to itself, until Ctrl-C")
    .addOption(
      new Option(
        "--port <number>",
        "port of the page; 0 selects a free one (default: 7246, or a free one)",
      ).argParser(optionOfKind(countField(0, MAX_PORT))),
    )
    .addHelpText("after", HELP);
  addStageOptions(console).action(async (options) => (await import("./console.ts")).consoleCommand(options));
}

const HELP = `
Examples:
  rainhooks console                                the local stage ("npm start" serves it, too)
  rainhooks console --stage production             a deployed stage, with your AWS credentials
  rainhooks console --port 8080`;
