import type { Chance } from "../chance.ts";

/** Ways in which a call to a service can fail. */
export const FAULT_KINDS = ["throttle", "error", "reset", "lost", "slow", "partial"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Number of faults of each kind. */
export type FaultCounts = Readonly<Record<FaultKind, number>>;

/**
 * Decides which calls fail, and how. The same seed gives the same decisions for the same sequence of calls.
 */
export class Faults {
  readonly #share: number;
  readonly #chance: Chance;
  readonly #counts: Record<FaultKind, number> = {
    throttle: 0,
    error: 0,
    reset: 0,
    lost: 0,
    slow: 0,
    partial: 0,
  };

  /**
   * @param share Share of calls that fail, 0 to 1.
   */
  constructor(share: number, chance: Chance) {
    this.#share = share;
    this.#chance = chance;
  }

  /** Returns the fault of the next call, if it has one. */
  next(): FaultKind | undefined {
    if (!this.#chance.happens(this.#share)) return undefined;
    const kind = this.#chance.pick(FAULT_KINDS);
    this.#counts[kind] += 1;
    return kind;
  }

  /** Whether an entry of a partially failing call fails. */
  refusesEntry(): boolean {
    return this.#chance.happens(0.5);
  }

  /** Returns the delay of a slow call in milliseconds; sometimes it exceeds the client's timeout. */
  delayMs(): number {
    return this.#chance.happens(0.1) ? 6000 : this.#chance.int(100, 1500);
  }

  get counts(): FaultCounts {
    return { ...this.#counts };
  }
}
