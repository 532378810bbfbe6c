/** After this time, every read sees what was written. */
const SETTLED_MS = 90_000;

/**
 * Remembers what this process has evaluated, by its time, so that a sweep that looks back does not evaluate
 * it again.
 */
export class SweepMemory {
  readonly #times = new Map<string, number>();

  /** Returns true for what has not been evaluated yet. */
  isNew(key: string, atMs: number): boolean {
    return this.#times.get(key) !== atMs;
  }

  /** Remembers what was evaluated, except the newest: what it is about may not have been read yet. */
  remember(key: string, atMs: number, nowMs: number): void {
    if (atMs < nowMs - SETTLED_MS) this.#times.set(key, atMs);
  }

  /** Forgets what no sweep looks back to any more. */
  forgetBefore(fromMs: number): void {
    for (const [key, atMs] of this.#times) if (atMs < fromMs) this.#times.delete(key);
  }
}
