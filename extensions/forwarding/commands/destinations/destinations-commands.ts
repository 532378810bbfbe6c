import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import {
  addFormatOptions,
  addStageOptions,
  addWatch,
  refuseUnknown,
} from "@rainhooks/stage/commands/options";

/** Adds `rainhooks destinations`, for the systems that events are forwarded to. Operations add the others. */
export function addDestinationCommands(program: CommandUnknownOpts): void {
  const ls = program
    .command("destinations")
    .description("systems that events are forwarded to by HTTP")
    .command("ls", { isDefault: true })
    .allowExcessArguments()
    .hook("preAction", refuseUnknown)
    .description("list the destinations")
    .option("--check", "exit with code 1 if one is not active");
  addStageOptions(addWatch(addFormatOptions(ls))).action(async (options) =>
    (await import("./list-destinations.ts")).lsCommand(options),
  );
}
