import { stat } from "node:fs/promises";
import { dirname } from "node:path";

const BY_OTHERS = 0o002;
const STICKY = 0o1000;

/**
 * Says if other users of this machine can write to a data folder, or replace it. It is not refused: file systems of Windows and of mounts let
 * everybody write to every folder, and the owner cannot change that.
 *
 * @returns A line to print; `undefined` if nobody else can.
 */
export async function whoElseCanWrite(
  dataDir: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  // The modes of Windows do not say who may write.
  const open = platform === "win32" ? undefined : await openFolder(dataDir);
  if (open === undefined) return undefined;
  return `Every user of this machine can write to ${open}, and so change the data, the code and the destinations of this stage. Forbid it: chmod o-w ${open}`;
}

/** Returns the folder, or the first above it, in which others can replace what is on the way to the data. */
async function openFolder(dataDir: string): Promise<string | undefined> {
  for (let folder = dataDir; ; folder = dirname(folder)) {
    const mode = (await stat(folder).catch(() => undefined))?.mode ?? 0;
    // In a folder with the sticky bit, such as /tmp, only the owner of an entry can replace it.
    const isOpen = (mode & BY_OTHERS) !== 0 && (folder === dataDir || (mode & STICKY) === 0);
    if (isOpen) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
