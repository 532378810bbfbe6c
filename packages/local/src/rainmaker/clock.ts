/** RainMaker's clock: real time, except while a fleet is simulated. */
export class RainmakerClock {
  #playedMs: number | undefined;

  /** Epoch milliseconds. */
  nowMs(): number {
    return this.#playedMs ?? Date.now();
  }

  /** Sets the clock to a simulated time, at which it stops. */
  play(atMs: number): void {
    this.#playedMs = atMs;
  }

  /** Returns to real time. */
  goOn(): void {
    this.#playedMs = undefined;
  }
}
