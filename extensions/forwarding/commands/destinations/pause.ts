import { onStage } from "@rainhooks/stage/commands/on-stage";
import { formatted, print } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { asTyped } from "@rainhooks/stage/terminal/as-typed";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { Destination } from "../../destinations/destination.ts";
import { setState } from "../../destinations/set-state.ts";
import { forwardingOf } from "../../operations/forwarding-of.ts";
import { shownDestination } from "./destination-view.ts";

/** Options of `destinations pause`. */
export interface PauseOptions extends StageSelection {
  readonly reason?: string | undefined;
  readonly json?: boolean | undefined;
}

const MAX_REASON = 200;
const PAUSED_BY_HAND = "paused with the command line";

/** Pauses a destination. One that is paused or disabled stays as it is. */
export async function pauseCommand(id: string, options: PauseOptions): Promise<void> {
  const reason = (options.reason ?? PAUSED_BY_HAND).slice(0, MAX_REASON);
  const reached = await reachStage(options);
  const { table } = forwardingOf(reached);
  const change = { state: "paused", reason, atMs: Date.now(), from: ["active"] } as const;
  const { destination, changed } = await setState(table, id, change);
  const text = () =>
    changed
      ? asTyped(
          `${id} is paused. ${keptText(reached)} To resume it: rainhooks destinations resume ${id}${onStage(options)}`,
        )
      : `${id} is ${destination.state} already${sinceText(destination)}`;
  await printState(destination, changed, text, options);
}

function printState(
  destination: Destination,
  changed: boolean,
  text: () => string,
  options: PauseOptions,
): Promise<void> {
  const value = { destination: shownDestination(destination), changed };
  return print(formatted(options, { value, header: [], rows: [], text }));
}

function keptText({ outputs }: ReachedStage): string {
  return outputs.archive === undefined
    ? "Its events go to the dead-letter queue of attempts."
    : "What it misses is in the archive, and is sent when it is resumed.";
}

function sinceText({ pausedAtMs, stateReason }: Destination): string {
  const since = pausedAtMs === undefined ? "" : `, since ${formatTime(pausedAtMs)} (UTC)`;
  return `${since}${stateReason === undefined ? "." : `: ${stateReason}`}`;
}
