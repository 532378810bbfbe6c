import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addStageOptions } from "@rainhooks/stage/commands/options";

/** Adds `rainhooks mcp`, the queries of a stage as tools for an assistant. */
export function addMcpCommand(program: CommandUnknownOpts): void {
  const mcp = program
    .command("mcp")
    .description(
      "serve the queries of a stage to an assistant: MCP over standard input and output, read-only",
    )
    .addHelpText("after", HELP);
  // The SDK takes a tenth of a second to load; no other command waits for it.
  addStageOptions(mcp).action(async (options) => (await import("./mcp.ts")).mcpCommand(options));
}

const HELP = `
An assistant starts this command itself; its settings name it. Examples:
  rainhooks mcp                                    the local stage
  rainhooks mcp --stage production                 a deployed stage, with your AWS credentials`;
