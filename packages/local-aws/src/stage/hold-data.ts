import { join } from "node:path";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { holdFolder } from "@rainhooks/embedded-dynamodb";
import { findRunningStage } from "@rainhooks/stage";
import { makeFolder } from "../folder.ts";

/**
 * Holds the data folder of a stage, so that no other one starts on it, and nobody deletes its data: from before its files are opened until
 * after all are closed.
 *
 * @returns What releases it; `undefined` if it is held already.
 * @throws {RainhooksError} `stage-failed` if the folder cannot be used.
 */
export async function holdData(dataDir: string): Promise<(() => Promise<void>) | undefined> {
  const path = join(dataDir, "lock");
  for (const folder of [path, join(dataDir, "logs")])
    await makeFolder(folder).catch((error: unknown) =>
      fail(error, `The data folder ${dataDir} cannot be used`, "Choose another one with --data."),
    );
  return holdFolder(path).catch((error: unknown) =>
    fail(error, `${path} cannot be used`, `It has no data: delete it, unless a stage runs on ${dataDir}.`),
  );
}

/** Describes who holds a data folder. */
export async function dataHeldError(dataDir: string): Promise<RainhooksError> {
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
