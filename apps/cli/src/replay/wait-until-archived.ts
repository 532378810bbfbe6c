import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "@rainhooks/core";
import { untilArchived } from "@rainhooks/operate";
import type { ReachedStage } from "@rainhooks/stage";
import { printNote } from "../output.ts";
import { notYet, onTheWayMs, whatWaits } from "./what-waits.ts";

const LOOK_MS = { local: SECOND_MS, aws: 10 * SECOND_MS };

/** Returns how long to wait between two looks at what is archived, in ms: in AWS, each costs a call. */
export function archiveLookMs({ local }: ReachedStage): number {
  return local === undefined ? LOOK_MS.aws : LOOK_MS.local;
}

/**
 * Waits until all deliveries that were published before a time are archived.
 *
 * @param wait False: does not wait.
 * @throws {RainhooksError} `input-invalid` if it does not wait and they are not.
 */
export async function waitUntilArchived(reached: ReachedStage, toMs: number, wait: boolean): Promise<void> {
  let hasQueued = false;
  await untilArchived({
    whatWaits: async () => {
      const nowMs = Date.now();
      const waits = await whatWaits(reached, toMs, nowMs);
      hasQueued ||= waits !== undefined && nowMs >= toMs + onTheWayMs(reached);
      return waits;
    },
    wait: () => pause(archiveLookMs(reached)),
    onWait: (waits) => {
      if (!wait) throw notYet(toMs, reached, Date.now(), waits);
      printNote(`Waiting until ${waits}.`);
    },
  });
  // What has just left the queue is in the buffer. In AWS, the age of what Firehose holds says that.
  if (hasQueued && reached.local !== undefined) await pause(onTheWayMs(reached));
}
