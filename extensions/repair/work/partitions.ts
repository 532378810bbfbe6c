import { createReadStream, existsSync } from "node:fs";
import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mapLimited } from "@rainhooks/core/collections";
import type { PartitionFiles } from "./partition-files.ts";

/** Number of partitions: what belongs together is in memory for one of them at a time. */
export const PARTITIONS = 256;

const FILES_AT_ONCE = 8;
const READ_BYTES = 1024 * 1024;

/**
 * Returns the partition of an id, by a hash that is quick rather than safe (FNV-1a, and the last step of
 * MurmurHash3).
 */
export function partitionOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1)
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (PARTITIONS - 1);
}

/** Lines in files of this machine, one file per partition. */
export class Partitions implements PartitionFiles {
  readonly folder: string;
  #appending: Promise<unknown> = Promise.resolve();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * @param parent Folder for the files. @defaultValue the system's folder for temporary files
   * @param prefix What the name of their own folder begins with.
   */
  static async open(parent = tmpdir(), prefix = "rainhooks-verify-"): Promise<Partitions> {
    return new Partitions(await mkdtemp(join(parent, prefix)));
  }

  append(lines: ReadonlyMap<number, readonly string[]>): Promise<void> {
    const appended = this.#appending.then(() => this.#appendAll(lines));
    this.#appending = appended.catch(() => undefined);
    return appended;
  }

  async #appendAll(lines: ReadonlyMap<number, readonly string[]>): Promise<void> {
    await mapLimited([...lines], FILES_AT_ONCE, ([partition, some]) =>
      appendFile(pathOf(this.folder, partition), `${some.join("\n")}\n`, { mode: 0o600 }),
    );
  }

  read(partition: number): AsyncGenerator<string[]> {
    return readPartition([this.folder], partition);
  }

  /** Deletes the files. */
  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * Reads the lines of a partition from the folders of several partitions, in the order in which they were
 * added.
 */
export async function* readPartition(
  folders: readonly string[],
  partition: number,
): AsyncGenerator<string[]> {
  for (const folder of folders) {
    const path = pathOf(folder, partition);
    if (!existsSync(path)) continue;
    const chunks = createReadStream(path, { encoding: "utf8", highWaterMark: READ_BYTES });
    let rest = "";
    for await (const chunk of chunks as AsyncIterable<string>) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      yield lines;
    }
  }
}

/** Returns the partitions that have lines in any of several folders. */
export async function partitionsIn(folders: readonly string[]): Promise<number[]> {
  const names = await Promise.all(folders.map((folder) => readdir(folder)));
  return [...new Set(names.flat().map(Number))].sort((a, b) => a - b);
}

function pathOf(folder: string, partition: number): string {
  return join(folder, String(partition));
}
