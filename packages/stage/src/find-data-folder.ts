import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { findRunningStage } from "./stage-file.ts";

/** Name of a data folder that is looked for. */
export const DATA_FOLDER = ".rainhooks";

/** Where to look for the stage of this machine. */
export interface DataFolderSearch {
  /** Folder from which the search goes up. */
  readonly from: string;
  /** The search ends here. */
  readonly home: string;
  /** Folder of a clone of Rainhooks: its stage is looked for at last, and is trusted. */
  readonly clone?: string | undefined;
}

/** The data folder that was found. */
export interface DataFolder {
  /**
   * That of a stage that runs; if none runs, one that is there, and if there is none, one that
   * could be.
   */
  readonly dataDir: string;
  readonly isRunning: boolean;
  /** Folders in which it was looked for, in this order. */
  readonly looked: readonly string[];
  /** Data folders that were left out, and why. */
  readonly leftOut: readonly { readonly dataDir: string; readonly why: string }[];
}

/**
 * Finds the data folder of a stage that runs on this machine: `.rainhooks` in a folder, in those
 * above it, or in a clone. A folder of another user is left out, and one above that others can
 * change: its stage could be anybody's.
 */
export async function findDataFolder({ from, home, clone }: DataFolderSearch): Promise<DataFolder> {
  const above = foldersUpTo(resolve(from), resolve(home));
  const looked = [...new Set(clone === undefined ? above : [...above, resolve(clone)])];
  const leftOut: { dataDir: string; why: string }[] = [];
  let present: string | undefined;
  for (const folder of looked) {
    const dataDir = join(folder, DATA_FOLDER);
    const found = await stat(dataDir).catch(() => undefined);
    if (found?.isDirectory() !== true) continue;
    const isOurs = clone !== undefined && folder === resolve(clone);
    const why = isOurs ? undefined : await whyUntrusted(dataDir, found.uid, folder !== above[0]);
    if (why !== undefined) leftOut.push({ dataDir, why });
    else if ((await findRunningStage(dataDir)) !== undefined)
      return { dataDir, isRunning: true, looked, leftOut };
    else present ??= dataDir;
  }
  const dataDir = present ?? join(clone ?? from, DATA_FOLDER);
  return { dataDir, isRunning: false, looked, leftOut };
}

/** Returns a folder and those above it: up to the home folder, or all if it is not in there. */
function foldersUpTo(folder: string, home: string): string[] {
  const above = dirname(folder);
  return folder === home || above === folder ? [folder] : [folder, ...foldersUpTo(above, home)];
}

async function whyUntrusted(
  dataDir: string,
  owner: number,
  isAbove: boolean,
): Promise<string | undefined> {
  // Windows has no such ids.
  if (process.getuid !== undefined && process.getuid() !== owner)
    return "it belongs to another user";
  const open = isAbove ? await openFolder(dataDir) : undefined;
  return open === undefined ? undefined : `every user of this machine can write to ${open}`;
}

const BY_OTHERS = 0o002;
const STICKY = 0o1000;

/**
 * Returns the folder, or the first above it, in which other users of this machine can replace what
 * is on the way to it; `undefined` if there is none, and on Windows, whose modes do not say who may
 * write.
 */
export async function openFolder(
  folder: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  if (platform === "win32") return undefined;
  for (let above = folder; ; above = dirname(above)) {
    const mode = (await stat(above).catch(() => undefined))?.mode ?? 0;
    // In a folder with the sticky bit, such as /tmp, only the owner of an entry can replace it.
    const isOpen = (mode & BY_OTHERS) !== 0 && (above === folder || (mode & STICKY) === 0);
    if (isOpen) return above;
    if (above === dirname(above)) return undefined;
  }
}
