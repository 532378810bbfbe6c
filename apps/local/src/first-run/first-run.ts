import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject, messageOf, tryParseJson } from "@rainhooks/core";
import type { ReachedStage } from "@rainhooks/stage";
import { startReceivers } from "./receivers.ts";

/** File in the data folder that says on which port the receivers of the first run are. */
export const FIRST_RUN_FILE = "first-run.json";

/** What a first run has besides its fleet. */
export interface FirstRun {
  /** Called when the fleet has lived until now: adds what the stage would have done meanwhile. */
  afterFleet(startMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Parts of a first run. */
interface FirstRunParts {
  readonly dataDir: string;
  readonly reach: () => Promise<ReachedStage>;
  readonly onProblem: (text: string) => void;
}

/** Prepares a first run: rules, destinations, and receivers for them. What fails is said, and the stage runs without it. */
export async function prepareFirstRun({ dataDir, reach, onProblem }: FirstRunParts): Promise<FirstRun> {
  const receivers = await startReceivers(0);
  const attempt = (what: string, work: () => Promise<unknown>) =>
    work().catch((error: unknown) => onProblem(`The first run has no ${what}: ${messageOf(error)}`));
  // Loaded here: other starts do not need operations.
  const { addRulesAndDestinations, addSamples, holdAlarmsOf, replayConnections } = await import(
    "./set-up.ts"
  );
  if (receivers !== undefined)
    await attempt("rules and destinations", async () => {
      await writeFile(join(dataDir, FIRST_RUN_FILE), `${JSON.stringify({ port: receivers.port })}\n`);
      const reached = await reach();
      await holdAlarmsOf(reached, true);
      await addRulesAndDestinations(reached, receivers.port);
    });
  const end = new AbortController();
  let replay: Promise<unknown> = Promise.resolve();
  return {
    afterFleet: async (startMs) => {
      await attempt("samples of its past", async () => addSamples(await reach(), startMs));
      // It waits until all of the fleet is archived, and nobody waits for it. Alarms of the past follow.
      replay = attempt("replay", async () => replayConnections(await reach(), end.signal))
        .then(reach)
        .then((reached) => holdAlarmsOf(reached, false))
        .catch(() => undefined);
    },
    stop: async () => {
      end.abort();
      await replay;
      await receivers?.stop();
    },
  };
}

/** Starts the receivers of an earlier first run again, where its destinations send to; `undefined` if there was none. */
export async function resumeReceivers(dataDir: string): Promise<Pick<FirstRun, "stop"> | undefined> {
  const kept = tryParseJson(await readFile(join(dataDir, FIRST_RUN_FILE), "utf8").catch(() => ""));
  const port = isJsonObject(kept) ? Number(kept["port"]) : Number.NaN;
  return Number.isInteger(port) && port > 0 && port < 65_536 ? startReceivers(port) : undefined;
}
