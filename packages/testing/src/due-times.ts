/** Something that is due at a time. */
interface Due<Value> {
  readonly atMs: number;
  readonly value: Value;
}

/**
 * Values by the time at which they are due: a binary heap, so that a queue with very many messages stays
 * fast.
 */
export class DueTimes<Value> {
  readonly #heap: Due<Value>[] = [];

  add(atMs: number, value: Value): void {
    const heap = this.#heap;
    let at = heap.push({ atMs, value }) - 1;
    for (;;) {
      const parent = (at - 1) >> 1;
      if (at === 0 || this.#atMs(parent) <= atMs) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Returns the first value without removing it, and when it is due. */
  first(): Due<Value> | undefined {
    return this.#heap[0];
  }

  removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const child = this.#atMs(right) < this.#atMs(left) ? right : left;
      if (this.#atMs(child) >= last.atMs) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #atMs(index: number): number {
    return this.#heap[index]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
