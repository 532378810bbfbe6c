import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { OperationOptions, Wait } from "@rainhooks/stage/operate/progress";
import type { StageAccess } from "@rainhooks/stage/reached";
import { untilArchived } from "./until-archived.ts";
import { onTheWayMs, whatWaits } from "./what-waits.ts";

const LOOK_MS = { local: SECOND_MS, aws: 10 * SECOND_MS };

/** Returns how long to wait between two looks at what is archived, in ms: in AWS, each costs a call. */
export function archiveLookMs({ local }: StageAccess): number {
  return local === undefined ? LOOK_MS.aws : LOOK_MS.local;
}

/** The end of a range may not be archived yet. */
export class ArchiveTimeout extends RainhooksError {
  readonly toMs: number;
  /** What its deliveries wait for. */
  readonly wait: Wait;
  /** A time before which all is archived, epoch milliseconds. */
  readonly archivedToMs: number;

  constructor(toMs: number, wait: Wait, archivedToMs: number) {
    const to = new Date(toMs).toISOString();
    const problem = `${to}: deliveries before it may not be archived yet. The latest time for which they are is ${new Date(archivedToMs).toISOString()}.`;
    super("input-invalid", problem, { mistakes: [{ field: "toMs", problem }] });
    this.toMs = toMs;
    this.wait = wait;
    this.archivedToMs = archivedToMs;
  }
}

/** Options of {@link waitUntilArchived}. */
export interface WaitOptions extends OperationOptions {
  /** False: does not wait. */
  readonly wait: boolean;
}

/**
 * Waits until all deliveries that were published before a time are archived.
 *
 * @throws {NotYetArchived} if it does not wait and they are not.
 */
export async function waitUntilArchived(
  reached: StageAccess,
  toMs: number,
  { wait, signal, onProgress }: WaitOptions,
): Promise<void> {
  const waited = signal === undefined ? {} : { signal };
  let hasQueued = false;
  await untilArchived({
    whatWaits: async () => {
      const nowMs = Date.now();
      const waits = await whatWaits(reached, toMs, nowMs);
      hasQueued ||= waits !== undefined && nowMs >= toMs + onTheWayMs(reached);
      return waits;
    },
    wait: () => pause(archiveLookMs(reached), undefined, waited),
    onWait: (waits) => {
      if (!wait) throw new ArchiveTimeout(toMs, waits, Date.now() - onTheWayMs(reached));
      onProgress?.({ step: "wait", wait: waits });
    },
  });
  // What has just left the queue is in the buffer. In AWS, the age of what Firehose holds says that. This is
  // for other emulators: ours has written it.
  if (hasQueued && reached.local !== undefined) await pause(onTheWayMs(reached), undefined, waited);
}
