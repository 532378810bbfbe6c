import { EXIT } from "@rainhooks/stage/commands/exit";
import { type FormatOptions, formatResult, print, repeatRun } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { readAll } from "../../destinations/store.ts";
import { forwardingOf } from "../../operations/forwarding-of.ts";
import {
  DESTINATION_HEADER,
  destinationRow,
  destinationTable,
  destinationView,
} from "../../views/destination-view.ts";

/** Options of `destinations ls`. */
export interface LsOptions extends StageSelection, FormatOptions {
  /** Fail if one is not active. */
  readonly check?: boolean | undefined;
  readonly watch?: number | undefined;
}

/** Prints the destinations of a stage. */
export async function lsCommand(options: LsOptions): Promise<void> {
  const { table } = forwardingOf(await reachStage(options));
  await repeatRun(options.watch, async () => {
    const all = await readAll(table);
    const { destinations, health, pauses } = all;
    const value = {
      destinations: destinations.map((one) => ({ ...destinationView(one), health: health.get(one.id) })),
      pauses,
    };
    const rows = destinations.map(destinationRow);
    const text = () => destinationTable(all);
    await print(formatResult(options, { value, header: DESTINATION_HEADER, rows, text }));
    if (options.check && destinations.some(({ state }) => state !== "active")) process.exitCode = EXIT.failed;
  });
}
