import { setTimeout as pause } from "node:timers/promises";

/**
 * A look that is expensive, such as one that starts a process, must not take most of the time of a
 * processor.
 */
const PAUSE_PER_LOOK = 2;

/** How long, and how often, {@link eventually} looks. */
export interface EventuallyOptions {
  /**
   * For what never comes: how long the rest takes depends on the machine. @defaultValue 300,000,
   * half of what jest gives a test
   */
  readonly timeoutMs?: number;
  /**
   * Pause between two looks. It is twice as long as the last look took if that is longer.
   * @defaultValue 100
   */
  readonly everyMs?: number;
}

/**
 * Looks until what it sees is as expected.
 *
 * @returns What it saw then.
 * @throws {Error} after `timeoutMs`, with what it saw last.
 */
export async function eventually<T>(
  look: () => Promise<T> | T,
  isExpected: (seen: T) => boolean,
  { timeoutMs = 300_000, everyMs = 100 }: EventuallyOptions = {},
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const lookedAtMs = performance.now();
    const seen = await look();
    if (isExpected(seen)) return seen;
    const nowMs = performance.now();
    if (nowMs > endMs) {
      throw new Error(
        `Not as expected after ${timeoutMs / 1000} s: ${JSON.stringify(seen)?.slice(0, 1000)}`,
      );
    }
    await pause(Math.max(everyMs, PAUSE_PER_LOOK * (nowMs - lookedAtMs)));
  }
}
