import type { BucketFiles } from "./bucket-files.ts";

/** Lines that are in memory before they are written. */
const MAX_LINES = 20_000;

/** Keeps lines by bucket, a part of them in memory. */
export class LineSpool {
  readonly #files: Pick<BucketFiles, "append">;
  #lines = new Map<number, string[]>();
  #count = 0;

  constructor(files: Pick<BucketFiles, "append">) {
    this.#files = files;
  }

  /** Adds a line. The spool is full when it returns true: then it must be flushed. */
  add(bucket: number, line: string): boolean {
    const some = this.#lines.get(bucket);
    if (some === undefined) this.#lines.set(bucket, [line]);
    else some.push(line);
    this.#count += 1;
    return this.#count >= MAX_LINES;
  }

  /** Writes what is in memory. */
  async flush(): Promise<void> {
    const lines = this.#lines;
    [this.#lines, this.#count] = [new Map(), 0];
    await this.#files.append(lines);
  }
}
