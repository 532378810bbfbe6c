/** Limits how much passes per second. What is not used in one second can be used in the next, as DynamoDB and Firehose allow it. */
export class TokenBucket {
  readonly #perS: number;
  readonly #size: number;
  readonly #nowMs: () => number;
  #tokens: number;
  #filledAtMs: number;

  /**
   * @param perS How much passes per second. At most this much is kept, or 1 if it is less.
   */
  constructor(perS: number, nowMs: () => number) {
    this.#perS = perS;
    this.#size = Math.max(1, perS);
    this.#nowMs = nowMs;
    this.#tokens = this.#size;
    this.#filledAtMs = nowMs();
  }

  /** Takes tokens, all or none. Returns false if there are too few. */
  take(count: number): boolean {
    this.#fill();
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  #fill(): void {
    const nowMs = this.#nowMs();
    this.#tokens = Math.min(this.#size, this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * this.#perS);
    this.#filledAtMs = nowMs;
  }
}
