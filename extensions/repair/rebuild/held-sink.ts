import { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { SlotTable } from "@rainhooks/dynamodb/slots/read";
import type { Sink } from "@rainhooks/sinks/sink";
import { CLOCK_MARGIN_MS, type RebuildPhase, readState } from "./rebuild-state.ts";

/**
 * Returns a sink that is written to only while a rebuild is held.
 *
 * @param requireHeld Called before each write; it throws if the rebuild is in other hands.
 */
export function leasedSink(
  sink: Sink<RainmakerEvent>,
  requireHeld: () => Promise<void>,
): Sink<RainmakerEvent> {
  return {
    write: async (items, context) => {
      await requireHeld();
      return sink.write(items, context);
    },
  };
}

/**
 * Checks for another machine than the one that holds a rebuild whether that one still does. Its clock may be
 * behind: it wrote the end of the lease, and on a deployed stage no other takes the rebuild earlier.
 *
 * @param runner Id of the process that held it when it asked.
 * @param phase What it has asked for is done in this phase only.
 * @throws {RainhooksError} `write-conflict` if it does not, or the rebuild is in another phase.
 */
export async function requireRunner(
  slots: SlotTable,
  store: string,
  runner: string | undefined,
  phase: RebuildPhase,
  nowMs: number,
): Promise<void> {
  const { rebuild } = await readState(slots, store);
  const untilMs = (rebuild?.leaseUntilMs ?? 0) + CLOCK_MARGIN_MS;
  const isHeld = runner !== undefined && rebuild?.runner === runner && untilMs > nowMs;
  if (isHeld && rebuild?.phase === phase) return;
  throw new RainhooksError(
    "write-conflict",
    `The process that rebuilds ${store} does not hold the rebuild any more. Start the command again.`,
    { permanent: true },
  );
}
