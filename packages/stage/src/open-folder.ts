import { stat } from "node:fs/promises";
import { dirname } from "node:path";

const BY_OTHERS = 0o002;
const STICKY = 0o1000;

/**
 * Returns the folder, or the first above it, in which other users of this machine can replace what is on the way to it; `undefined` if there is
 * none, and on Windows, whose modes do not say who may write.
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
