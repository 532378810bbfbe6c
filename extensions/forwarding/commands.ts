import type { AddCommands } from "@rainhooks/stage/own-extension";
import { addAttemptCommands } from "./commands/attempts/attempts-commands.ts";
import { addDestinationCommands } from "./commands/destinations/destinations-commands.ts";

/** Adds `rainhooks destinations` and `rainhooks attempts`. */
export const addCommands: AddCommands = (program) => {
  addDestinationCommands(program);
  addAttemptCommands(program);
};
