import { SECOND_MS } from "@rainhooks/core/durations";

/** A clock that can wait. */
export interface WaitingClock {
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Keeps something at a rate. */
export class Pace {
  readonly #msEach: number;
  readonly #clock: WaitingClock;
  #nextMs = 0;

  /** @param rate Maximum number per second. */
  constructor(rate: number, clock: WaitingClock) {
    this.#msEach = SECOND_MS / rate;
    this.#clock = clock;
  }

  /** Waits until `count` more may come. What was not used before is lost: there are no bursts. */
  async wait(count: number): Promise<void> {
    const waitMs = this.#nextMs - this.#clock.nowMs();
    if (waitMs > 0) await this.#clock.sleep(waitMs);
    this.#nextMs = Math.max(this.#nextMs, this.#clock.nowMs()) + count * this.#msEach;
  }
}
