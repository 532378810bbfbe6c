import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addFormatOptions, addStageOptions, addWatch } from "@rainhooks/stage/commands/options";

/** Adds `rainhooks replay`, which sends archived deliveries to one webhook again. */
export function addReplayCommands(program: CommandUnknownOpts): void {
  const replay = program.command("replay").description("send archived deliveries to one webhook again");
  const ls = replay.command("ls").description("list the replays of a stage, newest first");
  addStageOptions(addFormatOptions(ls)).action(async (options) =>
    (await import("./list-replays.ts")).lsCommand(options),
  );
  const show = replay
    .command("show")
    .description("show a replay: what it sends, how far it is, what was wrong")
    .argument("<id>", "id of the replay")
    .option("--json", "print JSON");
  addStageOptions(addWatch(show)).action(async (id, options) =>
    (await import("./show-replay.ts")).showCommand(id, options),
  );
}
