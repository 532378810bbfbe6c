import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { dataInUseError, holdData, makeDataFolder } from "@rainhooks/local/aws/stage/hold-data";
import { openFolder } from "@rainhooks/stage/find-data-folder";
import { FIRST_RUN_FILE } from "./first-run.ts";

/** Folder with the bundles of webhooks that are being developed. */
export const WATCH_FOLDER = "watch";

/** Files and folders of a local stage in its data folder, but for its lock and its mark. */
const NAMES = [
  "queues",
  "objects",
  "tables",
  "firehose",
  "logs",
  "rainmaker",
  "secret-destinations",
  "console-sessions.json",
  "stage.json",
  "stage.json.new",
  "fleet.json",
  FIRST_RUN_FILE,
  WATCH_FOLDER,
];

/**
 * Deletes the data of a local stage, and nothing else in its folder.
 *
 * @throws {RainhooksError} `stage-failed` if it is the folder of something else, while a stage runs
 * on it, or when something cannot be deleted.
 */
export async function deleteLocalData(dataDir: string): Promise<void> {
  await makeDataFolder(dataDir);
  // If it cannot be held, nobody does: the disk is full, or the lock is damaged.
  const withoutLock = () => rm(join(dataDir, "lock"), { recursive: true, force: true });
  const release = await holdData(dataDir).catch(() => withoutLock);
  if (release === undefined) throw await dataInUseError(dataDir);
  try {
    for (const name of NAMES) await rm(join(dataDir, name), { recursive: true, force: true });
  } catch (error) {
    throw new RainhooksError(
      "stage-failed",
      `The data in ${dataDir} cannot be deleted: ${messageOf(error)}`,
    );
  } finally {
    await release();
  }
}

/** Returns how many fleets have been simulated on a data folder. */
export async function readFleets(dataDir: string): Promise<number> {
  const kept = tryParseJson(await readFile(fleetPath(dataDir), "utf8").catch(() => ""));
  const fleets = isJsonObject(kept) ? Number(kept["fleets"]) : 0;
  return Number.isSafeInteger(fleets) ? fleets : 0;
}

/** Saves how many fleets have been simulated on a data folder. */
export async function writeFleets(dataDir: string, fleets: number): Promise<void> {
  await writeFile(fleetPath(dataDir), `${JSON.stringify({ fleets })}\n`, { mode: 0o600 });
}

function fleetPath(dataDir: string): string {
  return join(dataDir, "fleet.json");
}

/**
 * Says if other users of this machine can write to a data folder, or replace it. It is not refused:
 * file systems of Windows and of mounts let everybody write to every folder, and the owner cannot
 * change that.
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
