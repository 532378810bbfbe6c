import { Argument, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { addFormatOptions, addStageOptions } from "@rainhooks/stage/commands/options";

const KINDS = ["node", "user"] as const;

/** Adds `rainhooks erase` and `rainhooks export`, for the data of one node or user. */
export function addPersonalDataCommands(program: CommandUnknownOpts): void {
  const erase = program
    .command("erase")
    .description("erase the data of a node or a user, and list what was erased")
    .addHelpText("after", ERASE_HELP);
  const ls = erase
    .command("ls")
    .description("list the erasures of a stage, newest first: when, and how much");
  addStageOptions(addFormatOptions(ls)).action(async (options) =>
    (await import("./list-erasures.ts")).lsCommand(options),
  );
  const exported = program
    .command("export")
    .description("write all that is stored of a node or a user to a folder, as JSON and CSV")
    .addArgument(new Argument("<kind>", "what the id is of").choices(KINDS))
    .argument("<id>", "id of the node or the user, whole")
    .requiredOption("--to <folder>", "folder to write to; it must not exist")
    .option(
      "--also <texts...>",
      "further texts that name it, such as the name of a user: whole values, and words of texts",
    );
  addStageOptions(exported).action(async (kind, id, options) =>
    (await import("./export.ts")).exportCommand({ kind, id }, options),
  );
}

const ERASE_HELP = `
What was published before the command starts is erased: remove the node or the user in RainMaker first. It can be interrupted: the same command goes on.

Examples:
  rainhooks erase user 5c75d6be-4a95-4065-951b-9519664f6498 --also alice@example.com --plan
  rainhooks erase user 5c75d6be-4a95-4065-951b-9519664f6498 --also alice@example.com
  rainhooks erase node 4FxBbTgK8EzPLpVcUDQzrA --stage production
  rainhooks erase ls`;
