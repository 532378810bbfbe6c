import type { AppendLines } from "./partition-objects.ts";

/** Keeps lines by partition, a part of them in memory. */
export class LineBuffer {
  readonly #append: AppendLines;
  #lines = new Map<number, string[]>();
  #count = 0;

  constructor(append: AppendLines) {
    this.#append = append;
  }

  /** Adds a line; returns how many are in memory. */
  add(partition: number, line: string): number {
    const lines = this.#lines.get(partition);
    if (lines === undefined) this.#lines.set(partition, [line]);
    else lines.push(line);
    this.#count += 1;
    return this.#count;
  }

  /** Writes what is in memory. */
  async flush(): Promise<void> {
    const lines = this.#lines;
    [this.#lines, this.#count] = [new Map(), 0];
    await this.#append(lines);
  }
}
