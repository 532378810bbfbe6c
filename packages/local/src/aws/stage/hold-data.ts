import { lstat, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { holdFolder } from "@rainhooks/embedded-dynamodb/hold-folder";
import { findRunningStage } from "@rainhooks/stage/stage-file";
import { makeFolder } from "../folder.ts";

/**
 * The file that tells the data folder of a stage from any other folder. Made before all others, so
 * that only an empty folder becomes one.
 */
const MARK = "rainhooks-stage";
const MARK_TEXT = "The data of a local stage of Rainhooks. npm start -- --fresh deletes it.\n";
const ANOTHER = "Choose another one with --data.";

/**
 * Makes a folder the data folder of a stage, unless it is one already.
 *
 * @throws {RainhooksError} `stage-failed` if it cannot be used, or has anything in it that no stage
 * has made.
 */
export async function makeDataFolder(dataDir: string): Promise<void> {
  const path = join(dataDir, MARK);
  const isMarked = () =>
    lstat(path).then(
      (found) => found.isFile(),
      () => false,
    );
  const isClaimed = await makeFolder(dataDir)
    .then(async () => {
      if ((await readdir(dataDir)).length > 0) return isMarked();
      await writeFile(path, MARK_TEXT, { flag: "a", mode: 0o600 });
      return true;
    })
    .catch((error: unknown) => fail(error, `The data folder ${dataDir} cannot be used`, ANOTHER));
  if (!isClaimed)
    throw new RainhooksError(
      "stage-failed",
      `${dataDir} is not empty, and no folder of a stage: those have a file ${MARK}. Nothing in it was changed. Choose an empty or a new folder with --data.`,
    );
}

/**
 * Holds the data folder of a stage, so that no other one starts on it, and nobody deletes its data:
 * from before its files are opened until after all are closed.
 *
 * @returns What releases it; `undefined` if it is held already.
 * @throws {RainhooksError} `stage-failed` if the folder cannot be used.
 */
export async function holdData(dataDir: string): Promise<(() => Promise<void>) | undefined> {
  await makeDataFolder(dataDir);
  const path = join(dataDir, "lock");
  for (const folder of [path, join(dataDir, "logs")])
    await makeFolder(folder).catch((error: unknown) =>
      fail(error, `The data folder ${dataDir} cannot be used`, ANOTHER),
    );
  return holdFolder(path).catch((error: unknown) =>
    fail(
      error,
      `${path} cannot be used`,
      `It has no data: delete it, unless a stage runs on ${dataDir}.`,
    ),
  );
}

/** Describes who holds a data folder. */
export async function dataInUseError(dataDir: string): Promise<RainhooksError> {
  const other = await findRunningStage(dataDir);
  return new RainhooksError(
    "stage-failed",
    other === undefined
      ? `A stage starts or ends on ${dataDir}. Wait for it, or choose another folder with --data.`
      : `A stage already runs on ${dataDir} (process ${other.pid}). Stop it, or choose another folder with --data.`,
  );
}

function fail(cause: unknown, what: string, remedy: string): never {
  throw new RainhooksError("stage-failed", `${what}: ${messageOf(cause)}. ${remedy}`, { cause });
}
