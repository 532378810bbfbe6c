import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { countField } from "@rainhooks/core/fields";
import { addStageOptions, optionOfKind } from "@rainhooks/stage/commands/options";

/** Adds `rainhooks stage`, which describes and lists stages. */
export function addStageCommands(program: CommandUnknownOpts): void {
  const stage = program
    .command("stage")
    .description("show the resources of a stage, and list stages");
  const show = stage
    .command("show", { isDefault: true })
    .argument("[webhook]", "only this webhook or worker, with its settings")
    .description("show the resources of a stage, or of a webhook or worker on it")
    .option("--json", "print JSON");
  addStageOptions(show).action(async (webhook, options) =>
    (await import("./show-stage.ts")).showStageCommand(webhook, options),
  );
  stage
    .command("ls")
    .description("list the stages that are deployed in an AWS region")
    .option("--region <name>", "AWS region (default: from your AWS configuration)")
    .option("--json", "print JSON")
    .action(async (options) => (await import("./show-stage.ts")).listStagesCommand(options));
}

/** Adds `rainhooks docs`, which prints the documentation without a network. */
export function addDocsCommand(program: CommandUnknownOpts): void {
  program
    .command("docs")
    .description(
      "print a page of the documentation, or what to do about an alarm of a stage or an error",
    )
    .argument(
      "[page]",
      "a page, such as deploy, an alarm, such as node-status-late, or the code of an error (default: all pages)",
    )
    .action(async (page) => (await import("../docs/print-docs.ts")).docsCommand(page));
}

/** Adds `rainhooks mcp`, the queries of a stage as tools for an assistant. */
export function addMcpCommand(program: CommandUnknownOpts): void {
  const mcp = program
    .command("mcp")
    .description(
      "serve the queries of a stage to an assistant: MCP over standard input and output, read-only",
    )
    .addHelpText("after", MCP_HELP);
  // The SDK takes a tenth of a second to load; no other command waits for it.
  addStageOptions(mcp).action(async (options) =>
    (await import("../mcp/mcp.ts")).mcpCommand(options),
  );
}

const MCP_HELP = `
An assistant starts this command itself; its settings name it. Examples:
  rainhooks mcp                                    the local stage
  rainhooks mcp --stage production                 a deployed stage, with your AWS credentials`;

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
    .addHelpText("after", CONSOLE_HELP);
  addStageOptions(console).action(async (options) =>
    (await import("../console/console.ts")).consoleCommand(options),
  );
}

const CONSOLE_HELP = `
Examples:
  rainhooks console                                the local stage ("npm start" serves it, too)
  rainhooks console --stage production             a deployed stage, with your AWS credentials
  rainhooks console --port 8080`;
