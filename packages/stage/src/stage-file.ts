import { readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { RainhooksError, tryParseJson } from "@rainhooks/core";
import * as v from "valibot";
import { stageOutputs } from "./outputs.ts";

const stageFile = v.object({
  pid: v.number(),
  endpoint: v.string(),
  /** What the ARN of a topic has before the topic's name. */
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
  /** Where the archive's objects lie, unless another emulator keeps them. */
  archiveDir: v.optional(v.string()),
});

/** How a running stage is found: its process and where it answers. */
export type StageFile = v.InferOutput<typeof stageFile>;

function pathOf(dataDir: string): string {
  return join(dataDir, "stage.json");
}

/** Says where the stage of a data folder runs. */
export async function writeStageFile(dataDir: string, content: StageFile): Promise<void> {
  await writeFile(pathOf(dataDir), `${JSON.stringify(content)}\n`, { mode: 0o600 });
}

/** Forgets the stage of a data folder. */
export async function removeStageFile(dataDir: string): Promise<void> {
  await rm(pathOf(dataDir), { force: true });
}

/** The stage that runs on a data folder, if one does. */
export async function findRunningStage(dataDir: string): Promise<StageFile | undefined> {
  const text = await readFile(pathOf(dataDir), "utf8").catch(() => "");
  const parsed = v.safeParse(stageFile, tryParseJson(text));
  if (!parsed.success || !isAlive(parsed.output.pid)) return undefined;
  // The process may be another one that has got the same number since.
  const { outputs, endpoint } = parsed.output;
  return (await isListening(outputs.queryApi?.url ?? endpoint)) ? parsed.output : undefined;
}

/**
 * The stage that runs on a data folder.
 *
 * @throws {RainhooksError} `stage-unavailable` when none does.
 */
export async function requireRunningStage(dataDir: string): Promise<StageFile> {
  const found = await findRunningStage(dataDir);
  if (found !== undefined) return found;
  throw new RainhooksError(
    "stage-unavailable",
    `No stage runs on ${dataDir}. Start one with "npm start", or name its folder with --data.`,
  );
}

const CONNECT_MS = 2000;

/** Whether anybody listens at an address of this machine. */
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
    socket.on("timeout", () => end(false));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
