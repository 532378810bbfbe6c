import { openFolder } from "@rainhooks/stage/find-data-folder";

/**
 * Says if other users of this machine can write to a data folder, or replace it. It is not refused: file
 * systems of Windows and of mounts let everybody write to every folder, and the owner cannot change that.
 *
 * @returns A line to print; `undefined` if nobody else can.
 */
export async function whoElseCanWrite(
  dataDir: string,
  platform?: NodeJS.Platform,
): Promise<string | undefined> {
  const open = await openFolder(dataDir, platform);
  if (open === undefined) return undefined;
  return `Every user of this machine can write to ${open}, and so change the data, the code and the destinations of this stage. Forbid it: chmod o-w ${open}`;
}
