import { join } from "node:path";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { holdFolder } from "@rainhooks/embedded-dynamodb";
import { findRunningStage } from "@rainhooks/stage";
import { makeFolder } from "../folder.ts";

/**
 * Holds the data folder of a stage, so that no other one starts on it, and nobody deletes its data: from before its files are opened until
 * after all are closed.
 *
 * @returns What releases it.
 * @throws {RainhooksError} `stage-failed` if the folder cannot be used, or is held already.
 */
export async function holdData(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, "lock");
  const release = await makeFolder(path)
    .then(() => holdFolder(path))
    .catch((error: unknown) => {
      const message = `The data folder ${dataDir} cannot be used: ${messageOf(error)}. Choose another one with --data.`;
      throw new RainhooksError("stage-failed", message, { cause: error });
    });
  if (release !== undefined) return release;
  const other = await findRunningStage(dataDir);
  throw new RainhooksError(
    "stage-failed",
    other === undefined
      ? `A stage starts or ends on ${dataDir}. Wait for it, or choose another folder with --data.`
      : `A stage already runs on ${dataDir} (process ${other.pid}). Stop it, or choose another folder with --data.`,
  );
}
