import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addStageOptions } from "@rainhooks/stage/commands/options";
import type { AddCommands } from "@rainhooks/stage/extension";
import { addPersonalDataCommands } from "./commands/personal-data/personal-data-commands.ts";

/** Adds `rainhooks erase`, `export` and `copy`. */
export const addCommands: AddCommands = (program) => {
  addPersonalDataCommands(program);
  addCopyCommand(program);
};

/** Adds `rainhooks copy`, for a stage that moves. */
function addCopyCommand(program: CommandUnknownOpts): void {
  const copy = program
    .command("copy")
    .description(
      "copy what another stage has and cannot be rebuilt: archive, rules, destinations; what is there stays",
    )
    .option("--from <stage>", "the stage to copy from: local, or the name of a deployed one")
    .option("--from-region <name>", "its AWS region (default: from your AWS configuration)")
    .option(
      "--from-profile <name>",
      "the profile of your AWS configuration that can read it, in another account",
    )
    .option("--from-data <folder>", "its data folder, of a local one")
    .addHelpText("after", HELP);
  addStageOptions(copy).action(async (options) =>
    (await import("./commands/copy/copy.ts")).copyCommand(options),
  );
}

const HELP = `
--stage names the stage to copy to. It can be interrupted: the same command goes on. Rebuild its tables afterwards (docs/moving.md).

Examples:
  rainhooks copy --from old --stage new
  rainhooks copy --from old --from-region eu-central-1 --stage new --region eu-west-1
  rainhooks copy --from prod --from-profile old-account --stage prod`;
