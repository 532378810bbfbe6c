import { setTimeout as pause } from "node:timers/promises";

/** How long, and how often, {@link eventually} looks. */
export interface EventuallyOptions {
  /** @defaultValue 120,000 */
  readonly timeoutMs?: number;
  /** @defaultValue 100 */
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
  { timeoutMs = 120_000, everyMs = 100 }: EventuallyOptions = {},
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (isExpected(seen)) return seen;
    if (performance.now() > endMs) {
      throw new Error(`Not as expected after ${timeoutMs / 1000} s: ${JSON.stringify(seen)?.slice(0, 1000)}`);
    }
    await pause(everyMs);
  }
}
