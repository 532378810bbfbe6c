import type { Stage } from "./stage.ts";

/** When to stop waiting for a stage to work off what was published. */
export interface SettleOptions {
  /** Records that each webhook has to handle, besides what it handled before. */
  readonly due: ReadonlyMap<string, number>;
  /** Given up when nothing moved for this long. */
  readonly stallMs: number;
  readonly onProgress: (handled: number, due: number) => void;
}

const LOOK_EVERY_MS = 250;

/** Waits until every webhook has handled its records, or nothing moves any more. Answers the most memory seen, MiB. */
export async function settle(stage: Stage, options: SettleOptions): Promise<number> {
  const { due, stallMs, onProgress } = options;
  const total = [...due.values()].reduce((sum, count) => sum + count, 0);
  let peakMiB = 0;
  let handled = -1;
  let movedAtMs = performance.now();
  for (;;) {
    const now = [...due].reduce((sum, [webhook, count]) => sum + Math.min(count, stage.handled(webhook)), 0);
    if (now !== handled) movedAtMs = performance.now();
    handled = now;
    onProgress(handled, total);
    peakMiB = Math.max(peakMiB, await stage.memoryMiB());
    if (handled >= total || performance.now() - movedAtMs > stallMs) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  await stage.flush();
  return peakMiB;
}
