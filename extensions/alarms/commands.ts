import type { AddCommands } from "@rainhooks/stage/own-extension";
import { addWatchCommands } from "./commands/watch-commands.ts";

/** Adds `rainhooks watch` and `alarms`. */
export const addCommands: AddCommands = (program) => addWatchCommands(program);
