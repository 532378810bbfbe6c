import { Argument, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { addStageOptions } from "@rainhooks/stage/commands/options";
import type { Functions } from "@rainhooks/stage/functions";
import { STORES } from "../../store-names.ts";
import { functionsOption } from "../store-work/store-work-options.ts";

/**
 * Adds `rainhooks rebuild`, which makes the tables of a store again from the archive while the stage runs.
 */
export function addRebuildCommands(program: CommandUnknownOpts, functions: Functions): void {
  const rebuild = program
    .command("rebuild")
    .description("make the tables of a store again from the archive, while the stage runs")
    .addHelpText("after", HELP);
  const plan = add(rebuild, "plan", "show what a rebuild would read, write and cost; nothing is written");
  addStageOptions(plan.option("--json", "print JSON")).action(async (store, options) =>
    (await import("./plan-rebuild.ts")).planCommand(store, options, functions),
  );
  const start = add(
    rebuild,
    "start",
    "fill the other tables from the archive, verify them, and switch to them; goes on if it was interrupted",
  )
    .option("--copy-rows", "begin with a copy of the live rows, for what is older than the archive")
    .addOption(functionsOption())
    .option("--yes", "skip the confirmation");
  addStageOptions(start).action(async (store, options) =>
    (await import("./start-rebuild.ts")).startCommand(store, options, functions),
  );
  const show = add(rebuild, "show", "show which tables are live, and how far a rebuild is");
  addStageOptions(show.option("--json", "print JSON")).action(async (store, options) =>
    (await import("./show-rebuild.ts")).showCommand(store, options, functions),
  );
  addEnds(rebuild, functions);
}

function addEnds(rebuild: CommandUnknownOpts, functions: Functions): void {
  const to = add(
    rebuild,
    "switch",
    "switch to the rebuilt tables although they are not equal to the archive",
  );
  addStageOptions(to.option("--yes", "skip the confirmation")).action(async (store, options) =>
    (await import("./end.ts")).switchCommand(store, options, functions),
  );
  const back = add(
    rebuild,
    "back",
    "switch back to the old tables, which have everything as well until they are dropped",
  );
  addStageOptions(back.option("--yes", "for scripts that give it to each command; back asks nothing")).action(
    async (store, options) => (await import("./end.ts")).backCommand(store, options, functions),
  );
  const drop = add(rebuild, "drop", "delete the items of the tables that are not live, and end the rebuild");
  addStageOptions(drop.option("--yes", "skip the confirmation")).action(async (store, options) =>
    (await import("./end.ts")).dropCommand(store, options, functions),
  );
}

function add(rebuild: CommandUnknownOpts, name: string, description: string) {
  return rebuild
    .command(name)
    .description(description)
    .addArgument(new Argument("<store>", "what to rebuild").choices(STORES));
}

const HELP = `
Exit codes: 0 done, 1 not switched because something differs (or a service failed), 2 could not be judged, or wrong usage.

Examples:
  rainhooks rebuild plan node-status
  rainhooks rebuild start node-status      until it has switched, the live tables are not touched
  rainhooks rebuild show node-status
  rainhooks rebuild back node-status       the old tables again
  rainhooks rebuild drop node-status       when the new tables are fine: writes go to them alone`;
