import type { AddCommands } from "@rainhooks/stage/project-extension";

/** Adds the group of `rainhooks erase`, whose operations are entries. */
export const addCommands: AddCommands = (program) => {
  program
    .command("erase")
    .description("erase the data of a node or a user, and list what was erased")
    .addHelpText("after", ERASE_HELP);
};

const ERASE_HELP = `
What was published before the command starts is erased: remove the node or the user in RainMaker first. It can be interrupted: the same command goes on.

Examples:
  rainhooks erase user 5c75d6be-4a95-4065-951b-9519664f6498 --also alice@example.com --plan
  rainhooks erase user 5c75d6be-4a95-4065-951b-9519664f6498 --also alice@example.com
  rainhooks erase node 4FxBbTgK8EzPLpVcUDQzrA --stage production
  rainhooks erase ls`;
