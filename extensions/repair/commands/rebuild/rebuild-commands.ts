import { Argument, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { addStageOptions } from "@rainhooks/stage/commands/options";
import type { Functions } from "@rainhooks/stage/functions";
import { STORES } from "../../store-names.ts";

/**
 * Adds `rainhooks rebuild`, which makes the tables of a store again from the archive while the stage runs.
 */
export function addRebuildCommands(program: CommandUnknownOpts, functions: Functions): void {
  const rebuild = program
    .command("rebuild")
    .description("make the tables of a store again from the archive, while the stage runs")
    .addHelpText("after", HELP);
  const show = rebuild
    .command("show")
    .description("show which tables are live, and how far a rebuild is")
    .addArgument(new Argument("<store>", "what to rebuild").choices(STORES))
    .option("--json", "print JSON");
  addStageOptions(show).action(async (store, options) =>
    (await import("./show-rebuild.ts")).showCommand(store, options, functions),
  );
}

const HELP = `
Exit codes: 0 done, 1 not switched because something differs (or a service failed), 2 could not be judged, or wrong usage.

Examples:
  rainhooks rebuild plan node-status
  rainhooks rebuild start node-status      until it has switched, the live tables are not touched
  rainhooks rebuild show node-status
  rainhooks rebuild back node-status       the old tables again
  rainhooks rebuild drop node-status       when the new tables are fine: writes go to them alone`;
