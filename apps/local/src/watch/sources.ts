import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** The state of files: it differs when one of them has changed. */
export interface SourceState {
  readonly text: string;
  /** When the last of them was changed, epoch milliseconds. */
  readonly changedMs: number;
}

/** Returns the state of files, and of all files in a folder, so that a new file is noticed too. */
export async function readSourceState(files: readonly string[], folder: string): Promise<SourceState> {
  const all = new Set([...files, ...(await filesIn(folder))]);
  const marks = await Promise.all([...all].sort().map(markOf));
  return {
    text: marks.map(({ text }) => text).join("\n"),
    changedMs: marks.reduce((last, { changedMs }) => Math.max(last, changedMs), 0),
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

async function markOf(path: string): Promise<SourceState> {
  // With nanoseconds: two saves in one millisecond differ.
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return { text: path, changedMs: 0 };
  return { text: `${path} ${found.mtimeNs} ${found.size}`, changedMs: Number(found.mtimeMs) };
}
