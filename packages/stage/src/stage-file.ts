import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { RainhooksError } from "@rainhooks/core/errors";
import { tryParseJson } from "@rainhooks/core/json";
import * as v from "valibot";
import { functionOf, QUERY_API, stageOutputs } from "./outputs.ts";

const stageFile = v.object({
  pid: v.number(),
  endpoint: v.string(),
  /** The ARN of a topic without the topic's name. */
  topicArnPrefix: v.string(),
  /** The local RainMaker in front of the stage. */
  rainmaker: v.optional(
    v.object({
      baseUrl: v.string(),
      mqttUrl: v.string(),
      user: v.string(),
      passwordFile: v.string(),
    }),
  ),
  outputs: stageOutputs,
  /** Folder with the archive's objects; absent when another emulator stores them. */
  archiveDir: v.optional(v.string()),
});

/** A running local stage: its process and its addresses. */
export type StageFile = v.InferOutput<typeof stageFile>;

function pathOf(dataDir: string): string {
  return join(dataDir, "stage.json");
}

const PLACE = "file:";

/** Returns where a function of a local stage finds its stage's outputs. */
export function stageFilePlace(dataDir: string): string {
  return PLACE + pathOf(dataDir);
}

/**
 * Reads outputs from where a function is told that they are.
 *
 * @returns `undefined` while a local stage starts; `deployed` if the place is an SSM parameter.
 */
export async function readStageFilePlace(
  place: string,
): Promise<StageFile["outputs"] | "deployed" | undefined> {
  if (!place.startsWith(PLACE)) return "deployed";
  const text = await readFile(place.slice(PLACE.length), "utf8").catch(() => "");
  const parsed = v.safeParse(stageFile, tryParseJson(text));
  return parsed.success ? parsed.output.outputs : undefined;
}

/**
 * Saves the address of the stage of a data folder. A reader at the same time gets the old file,
 * never a part of the new one.
 */
export async function writeStageFile(dataDir: string, content: StageFile): Promise<void> {
  const path = pathOf(dataDir);
  await writeFile(`${path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Deletes the file of the stage of a data folder. */
export async function removeStageFile(dataDir: string): Promise<void> {
  await rm(pathOf(dataDir), { force: true });
}

/** Finds the stage that runs on a data folder; returns `undefined` if there is none. */
export async function findRunningStage(dataDir: string): Promise<StageFile | undefined> {
  const text = await readFile(pathOf(dataDir), "utf8").catch(() => "");
  const parsed = v.safeParse(stageFile, tryParseJson(text));
  if (!parsed.success || !isAlive(parsed.output.pid)) return undefined;
  // The process id may have been reused by another process.
  const { outputs, endpoint } = parsed.output;
  const api = functionOf(outputs, QUERY_API, "url");
  return (await isListening(api?.url ?? endpoint)) ? parsed.output : undefined;
}

/**
 * Finds the stage that runs on a data folder.
 *
 * @throws {RainhooksError} `stage-unavailable` when none runs.
 */
export async function requireRunningStage(dataDir: string): Promise<StageFile> {
  const found = await findRunningStage(dataDir);
  if (found !== undefined) return found;
  throw new RainhooksError(
    "stage-unavailable",
    `No stage runs on ${dataDir}. Start one with "npm start", or give its folder with --data.`,
  );
}

const CONNECT_MS = 2000;

/** Whether a process listens at an address of this machine. */
function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: CONNECT_MS });
    const end = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
    // A port where nothing listens refuses at once: this process or that one is busy.
    socket.on("timeout", () => end(true));
  });
}

/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user cannot be sent a signal, but it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
