import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addStageOptions, addTimes } from "@rainhooks/stage/commands/options";
import type { Functions } from "@rainhooks/stage/functions";
import type { AddCommands } from "@rainhooks/stage/own-extension";
import { addRebuildCommands } from "./commands/rebuild/rebuild-commands.ts";
import { addReplayCommands } from "./commands/replay/replay-commands.ts";

/** Adds `rainhooks dlq`, `replay`, `trace` and `rebuild`. */
export const addCommands: AddCommands = (program, functions) => {
  program.command("dlq").description("dead letters (messages that a webhook or worker could not handle)");
  addReplayCommands(program);
  addTraceCommand(program, functions);
  addRebuildCommands(program, functions);
};

/** Adds `rainhooks trace`, the answer to the question why an event is not where it should be. */
function addTraceCommand(program: CommandUnknownOpts, functions: Functions): void {
  const trace = program
    .command("trace")
    .description("show what became of a delivery: archive, decoding, filters, rows and points, dead letters")
    .argument("<id>", "SNS message id of the delivery, or its start");
  const timed = addTimes(
    trace,
    "first hour of arrival that is searched (default: one day before the end)",
    "end, exclusive (default: now)",
  );
  addStageOptions(timed).action(async (id, options) =>
    (await import("./commands/trace/trace.ts")).traceCommand(id, options, functions),
  );
}
