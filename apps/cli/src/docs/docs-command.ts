import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** Adds `rainhooks docs`, which prints the documentation without a network. */
export function addDocsCommand(program: CommandUnknownOpts): void {
  program
    .command("docs")
    .description("print a page of the documentation, or what to do about an alarm of a stage or an error")
    .argument(
      "[page]",
      "a page, such as deploy, an alarm, such as node-status-late, or the code of an error (default: all pages)",
    )
    .action(async (page) => (await import("./print-docs.ts")).docsCommand(page));
}
