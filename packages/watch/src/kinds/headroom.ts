import { MINUTE_MS } from "@rainhooks/core";

/** So long before and after an outage, single nodes move its start and its end, but make no other one. */
export const OUTAGE_EDGE_MS = 10 * MINUTE_MS;

/** Finds how many nodes more would have had to be offline for another outage. Outages and what is close to them do not count. */
export class Headroom {
  #fromMs: number;
  #settled = Number.POSITIVE_INFINITY;
  /** What was close to now, by the minute in which it began: it does not count if an outage begins. */
  readonly #held = new Map<number, number>();

  /** @param fromMs What was before does not count, epoch milliseconds. */
  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  get value(): number {
    return Math.min(this.#settled, ...this.#held.values());
  }

  /** Between two times so many nodes more would have had to be offline. Times must come in order. */
  add(startMs: number, endMs: number, missing: number): void {
    const fromMs = Math.max(startMs, this.#fromMs);
    if (fromMs >= endMs) return;
    const minute = Math.floor(fromMs / MINUTE_MS);
    this.#held.set(minute, Math.min(missing, this.#held.get(minute) ?? missing));
    this.#settle(endMs - OUTAGE_EDGE_MS);
  }

  /** An outage begins where the last time has ended. */
  begin(): void {
    this.#held.clear();
  }

  /** An outage has ended. */
  end(endMs: number): void {
    this.#fromMs = Math.max(this.#fromMs, endMs + OUTAGE_EDGE_MS);
  }

  #settle(beforeMs: number): void {
    for (const [minute, missing] of this.#held) {
      if (minute * MINUTE_MS >= beforeMs) return;
      this.#settled = Math.min(this.#settled, missing);
      this.#held.delete(minute);
    }
  }
}
