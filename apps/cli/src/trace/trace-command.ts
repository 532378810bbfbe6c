import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addStageOptions, addTimes } from "@rainhooks/stage/commands/options";

/** Adds `rainhooks trace`, the answer to the question why an event is not where it should be. */
export function addTraceCommand(program: CommandUnknownOpts): void {
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
    (await import("./trace.ts")).traceCommand(id, options),
  );
}
