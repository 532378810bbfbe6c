import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";

/** Folders of a stage's data in which no file may become smaller while no stage runs. */
const FOLDERS = ["queues", "objects", "tables", "firehose", "rainmaker"];

function listPath(dataDir: string): string {
  return join(dataDir, "sizes.json");
}

/** Saves the size of each file when a stage stops: a database does not notice when its end is missing. */
export async function noteSizes(dataDir: string): Promise<void> {
  const sizes = Object.fromEntries(await sizesIn(dataDir));
  await writeFile(listPath(dataDir), `${JSON.stringify(sizes)}\n`, { mode: 0o600 });
}

/**
 * Compares the files with the sizes that the last stage saved when it stopped, and deletes these. After a
 * crash there are none.
 *
 * @throws {RainhooksError} `stage-failed` when a file is missing or truncated; the message names it.
 */
export async function checkSizes(dataDir: string): Promise<void> {
  const noted = tryParseJson(await readFile(listPath(dataDir), "utf8").catch(() => ""));
  const now = new Map(await sizesIn(dataDir));
  for (const [name, size] of Object.entries(isJsonObject(noted) ? noted : {})) {
    const found = now.get(name);
    if (found !== undefined && found >= Number(size)) continue;
    const what = found === undefined ? "is missing" : `has only ${found} of ${String(size)} bytes`;
    throw new RainhooksError(
      "stage-failed",
      `${join(dataDir, name)} ${what}: data of the local stage is lost. Restore ${dataDir} from a backup, or delete its data with --fresh.`,
    );
  }
  await rm(listPath(dataDir), { force: true });
}

async function sizesIn(dataDir: string): Promise<[name: string, bytes: number][]> {
  const sizes: [string, number][] = [];
  for (const folder of FOLDERS) {
    const entries = await readdir(join(dataDir, folder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      sizes.push([relative(dataDir, path), (await stat(path)).size]);
    }
  }
  return sizes;
}
