import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "@rainhooks/core/durations";
import { inputError, type RainhooksError } from "@rainhooks/core/errors";
import { type OperationOptions, type Wait, waitText } from "@rainhooks/stage/operate/progress";
import type { StageAccess } from "@rainhooks/stage/reached";
import { untilArchived } from "./until-archived.ts";
import { onTheWayMs, whatWaits } from "./what-waits.ts";

const LOOK_MS = { local: SECOND_MS, aws: 10 * SECOND_MS };

/** Returns how long to wait between two looks at what is archived, in ms: in AWS, each costs a call. */
export function archiveLookMs({ local }: StageAccess): number {
  return local === undefined ? LOOK_MS.aws : LOOK_MS.local;
}

/** Options of {@link waitUntilArchived}. */
export interface WaitOptions extends OperationOptions {
  /** False: does not wait. */
  readonly wait: boolean;
}

/**
 * Waits until all deliveries that were published before a time are archived.
 *
 * @throws {RainhooksError} `input-invalid` if it does not wait and they are not.
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
      if (!wait) throw notYetArchived(reached, toMs, waits);
      onProgress?.({ step: "wait", wait: waits });
    },
  });
  // What has just left the queue is in the buffer. In AWS, the age of what Firehose holds says that. This is
  // for other emulators: ours has written it.
  if (hasQueued && reached.local !== undefined) await pause(onTheWayMs(reached), undefined, waited);
}

function notYetArchived(reached: StageAccess, toMs: number, wait: Wait): RainhooksError {
  const [to, earlier] = [toMs, Date.now() - onTheWayMs(reached)].map((atMs) => new Date(atMs).toISOString());
  return inputError({
    field: "toMs",
    problem: `Deliveries before ${to} may be missing until ${waitText(wait)}.`,
    remedy: `Use an earlier time, such as ${earlier}, or wait for it.`,
  });
}
