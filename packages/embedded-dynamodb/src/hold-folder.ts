import { ClassicLevel } from "classic-level";

/**
 * Holds a folder, until it is released or the process ends, however it does: the system itself keeps the lock of a database.
 *
 * @returns What releases it; `undefined` if it is held already.
 * @throws if the folder cannot be used.
 */
export async function holdFolder(path: string): Promise<(() => Promise<void>) | undefined> {
  const database = new ClassicLevel(path);
  try {
    await database.open();
  } catch (error) {
    if (isLocked(error)) return undefined;
    throw error instanceof Error && error.cause !== undefined ? error.cause : error;
  }
  return () => database.close();
}

/** Source: classic-level's README, "Errors". */
function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED";
}
