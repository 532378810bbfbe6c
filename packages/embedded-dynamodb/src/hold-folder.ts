import { resolve } from "node:path";
import { ClassicLevel } from "classic-level";

/**
 * Folders that this process holds: the system would give up a lock if the process only tried to
 * take it again.
 */
const heldHere = new Set<string>();

/**
 * Holds a folder, until it is released or the process ends, however it does: the system itself
 * keeps the lock of a database.
 *
 * @returns What releases it; `undefined` if it is held already.
 * @throws if the folder cannot be used.
 */
export async function holdFolder(path: string): Promise<(() => Promise<void>) | undefined> {
  const folder = resolve(path);
  if (heldHere.has(folder)) return undefined;
  heldHere.add(folder);
  const database = new ClassicLevel(folder);
  try {
    await database.open();
  } catch (error) {
    heldHere.delete(folder);
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    if (isHeld(cause)) return undefined;
    throw cause;
  }
  return async () => {
    await database.close();
    heldHere.delete(folder);
  };
}

/** Source: classic-level's README, "Opening": another process or instance has the folder. */
function isHeld(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "LEVEL_LOCKED";
}
