import { hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Number of buckets: what belongs together is in memory for one of them at a time. */
export const BUCKETS = 256;

/** Returns the bucket of an id: the first byte of its SHA-256. */
export function bucketOf(id: string): number {
  return hash("sha256", id, "buffer").readUInt8(0);
}

/** Lines in files of this machine, one file per bucket. */
export class Partitions {
  readonly #folder: string;
  readonly #written = new Set<number>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * @param parent Folder for the files. @defaultValue the system's folder for temporary files
   * @param prefix What the name of their own folder begins with.
   */
  static async open(parent = tmpdir(), prefix = "rainhooks-verify-"): Promise<Partitions> {
    return new Partitions(await mkdtemp(join(parent, prefix)));
  }

  /** Adds lines to buckets. */
  async append(lines: ReadonlyMap<number, readonly string[]>): Promise<void> {
    for (const [bucket, some] of lines) {
      this.#written.add(bucket);
      await appendFile(this.#pathOf(bucket), `${some.join("\n")}\n`, { mode: 0o600 });
    }
  }

  /** Reads the lines of a bucket, in the order in which they were added. */
  async *read(bucket: number): AsyncGenerator<string> {
    if (!this.#written.has(bucket)) return;
    yield* createInterface({
      input: createReadStream(this.#pathOf(bucket)),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
  }

  /** Deletes the files. */
  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #pathOf(bucket: number): string {
    return join(this.#folder, String(bucket));
  }
}
