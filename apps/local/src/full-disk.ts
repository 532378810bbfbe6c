import { statfsSync } from "node:fs";
import { messageOf, RainhooksError } from "@rainhooks/core";

/** With less than this, a database cannot extend its files. */
const MIN_FREE_BYTES = 1024 * 1024;
const DISK_FULL = /ENOSPC|no space left|disk is full/i;

/** Ends a run whose disk is full: it could not store anything any more. */
export class FullDisk {
  readonly full: Promise<never>;
  readonly #dataDir: string;
  #end: (error: RainhooksError) => void = () => undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.full = new Promise((_, reject) => {
      this.#end = reject;
    });
    // Awaited only after the stage has started; until then a rejection must not be unhandled.
    this.full.catch(() => undefined);
  }

  /** Checks whether a problem is a full disk. */
  notice(text: string): void {
    if (DISK_FULL.test(text)) this.#end(this.#error());
  }

  /** Returns the error to report: a full disk, if that is the cause. Errors of a service that could not write often do not say so. */
  explain(error: unknown): unknown {
    return DISK_FULL.test(messageOf(error)) || this.#isFull() ? this.#error() : error;
  }

  #isFull(): boolean {
    try {
      const { bavail, bsize } = statfsSync(this.#dataDir);
      return bavail * bsize < MIN_FREE_BYTES;
    } catch {
      return false;
    }
  }

  #error(): RainhooksError {
    return new RainhooksError(
      "stage-failed",
      `The disk of ${this.#dataDir} is full. Make room, or choose another folder with --data. Accepted messages are kept.`,
    );
  }
}
