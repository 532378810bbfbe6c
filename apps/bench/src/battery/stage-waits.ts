import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "@rainhooks/core";
import { settle, waitingRecords } from "@rainhooks/fleet";
import type { Stage } from "@rainhooks/local-aws";

/** Records in all queues above which publishing waits. */
const MAX_WAITING = 6000;
/** How long records may wait without any progress until they count as stuck. */
const STALL_MS = 300 * SECOND_MS;

/** Waits while too many records are in the queues of a stage. */
export async function waitForStage(stage: Stage, signal: AbortSignal): Promise<void> {
  while ((await waitingRecords(stage)) > MAX_WAITING && !signal.aborted) await pause(200);
}

/** Waits until everything that was published is handled; returns how many records still wait when nothing moves any more. */
export async function untilHandled(stage: Stage): Promise<number> {
  await settle(stage, { stallMs: STALL_MS, onWaiting: () => undefined });
  return waitingRecords(stage);
}
