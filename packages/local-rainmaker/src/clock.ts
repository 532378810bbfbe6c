/** RainMaker's clock: the real one, unless a fleet's lives are played. */
export class Clock {
  #playedMs: number | undefined;

  /** Epoch milliseconds. */
  nowMs(): number {
    return this.#playedMs ?? Date.now();
  }

  /** Stops at a time of lives that are played. */
  play(atMs: number): void {
    this.#playedMs = atMs;
  }

  /** Goes on with the real time. */
  goOn(): void {
    this.#playedMs = undefined;
  }
}
