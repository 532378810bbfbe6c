import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { addFormatOptions, addStageOptions, addTimes } from "@rainhooks/stage/commands/options";
import type { AddCommands } from "@rainhooks/stage/own-extension";
import { addWatchCommands } from "./commands/watch-commands.ts";
import { DROP_GROUPINGS } from "./drops/count-drops.ts";

/** Adds `rainhooks watch`, `alarms` and `drops`. */
export const addCommands: AddCommands = (program) => {
  addWatchCommands(program);
  addDropsCommand(program);
};

const HELP = `
Examples:
  rainhooks drops                          the firmware that drops most, of the last day
  rainhooks drops --by tag --from 7d       by site, if nodes have tags such as site:pune
`;

/** Adds `rainhooks drops`, the answer to the question which firmware, type or site drops most. */
function addDropsCommand(program: CommandUnknownOpts): void {
  const drops = program
    .command("drops")
    .description("count how often nodes went offline, by what they have in common; it reads all nodes")
    .addOption(
      new Option("--by <grouping>", "what they have in common")
        .choices(DROP_GROUPINGS)
        .default("firmware" as const),
    )
    .addHelpText("after", HELP);
  const timed = addTimes(drops, "start (default: a day before the end)", "end, exclusive (default: now)");
  addStageOptions(addFormatOptions(timed)).action(async (options) =>
    (await import("./commands/drops.ts")).dropsCommand(options),
  );
}
