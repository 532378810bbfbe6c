import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "@rainhooks/core";
import type { ReachedStage } from "@rainhooks/stage";
import { printNote } from "../output.ts";
import { notYet, whatWaits } from "./what-waits.ts";

const LOOK_MS = { local: SECOND_MS, aws: 10 * SECOND_MS };

/**
 * Waits until all deliveries that were published before a time are archived.
 *
 * @param wait False: does not wait.
 * @throws {RainhooksError} `input-invalid` if it does not wait and they are not.
 */
export async function waitUntilArchived(reached: ReachedStage, toMs: number, wait: boolean): Promise<void> {
  const everyMs = reached.local === undefined ? LOOK_MS.aws : LOOK_MS.local;
  let said: string | undefined;
  for (;;) {
    const nowMs = Date.now();
    const waits = await whatWaits(reached, toMs, nowMs);
    if (waits === undefined) return;
    if (!wait) throw notYet(toMs, reached, nowMs, waits);
    const what = waits.replace(/\d+ (h|min|s)\b.*/, "");
    if (what !== said) printNote(`Waiting until ${waits}.`);
    said = what;
    await pause(everyMs);
  }
}
