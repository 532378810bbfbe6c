import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { messageOf } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { FleetOptions } from "@rainhooks/local/fleet/fleet-options";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { startReceivers } from "./receivers.ts";

/**
 * File in the data folder that says on which port the receivers of the first run are, and which fleet it has.
 */
export const FIRST_RUN_FILE = "first-run.json";

/** What a first run has besides its fleet. */
export interface FirstRun {
  /** What the stage has by it, for people. */
  readonly has: readonly string[];
  /** Called when the fleet has lived until now: adds the samples that the stage would have taken. */
  afterFleet(startMs: number): Promise<void>;
  /** Called when the stage stays up: a replay, and the alarms of the past. */
  goOn(): void;
  stop(): Promise<void>;
}

/** Parts of a first run. */
interface FirstRunDependencies {
  readonly dataDir: string;
  readonly fleet: Pick<FleetOptions, "seed" | "nodes">;
  readonly reach: () => Promise<ReachedStage>;
  readonly onProblem: (text: string) => void;
}

/** How often alarms are told to wait: they would go on three minutes after the last time. */
const HOLD_EVERY_MS = MINUTE_MS;

/**
 * Prepares a first run: rules, destinations, and receivers for them. What fails is said, and the stage runs
 * without it.
 */
export async function prepareFirstRun({
  dataDir,
  fleet: { seed, nodes },
  reach,
  onProblem,
}: FirstRunDependencies): Promise<FirstRun> {
  const end = new AbortController();
  const attempt = (what: string, work: () => Promise<unknown>) =>
    work().then(
      () => true,
      (error: unknown) => {
        if (!end.signal.aborted) onProblem(`The first run has no ${what}: ${messageOf(error)}`);
        return false;
      },
    );
  // Loaded here: other starts do not need operations.
  const steps = await import("./set-up.ts");
  const receivers = await startReceivers(0);
  const hold = () => attempt("past of its alarms", async () => steps.holdAlarmsOf(await reach(), true));
  await hold();
  const holding = setInterval(() => void hold(), HOLD_EVERY_MS);
  const hasRules = await attempt("rules", async () => steps.addRules(await reach()));
  const hasDestinations = await attempt("destinations", async () => {
    if (receivers === undefined) throw new Error("no port could be opened for their receivers");
    await writeFile(
      join(dataDir, FIRST_RUN_FILE),
      `${JSON.stringify({ port: receivers.port, seed, nodes })}\n`,
    );
    await steps.addDestinations(await reach(), receivers.port);
  });
  let ending: Promise<unknown> = Promise.resolve();
  return {
    has: [
      ...(hasRules ? ["three rules for alarms"] : []),
      ...(hasDestinations
        ? ["the destination crm, which works, and legacy-erp, which fails on purpose"]
        : []),
    ],
    afterFleet: async (startMs) => {
      await attempt("samples of its past", async () => steps.addSamples(await reach(), startMs));
    },
    goOn: () => {
      // It waits until all of the fleet is archived, and nobody waits for it. Alarms of the past follow.
      ending = attempt("replay", async () => steps.replayConnections(await reach(), end.signal)).then(
        async () => {
          clearInterval(holding);
          await attempt("alarms", async () => steps.holdAlarmsOf(await reach(), false));
        },
      );
    },
    stop: async () => {
      end.abort();
      clearInterval(holding);
      await ending;
      await receivers?.stop();
    },
  };
}

/** Returns what an earlier first run has; `undefined` if there was none. */
export async function readFirstRun(dataDir: string) {
  const kept = tryParseJson(await readFile(join(dataDir, FIRST_RUN_FILE), "utf8").catch(() => ""));
  if (!isJsonObject(kept)) return undefined;
  const [port, seed, nodes] = [Number(kept["port"]), Number(kept["seed"]), Number(kept["nodes"])];
  return [port, seed, nodes].every(Number.isSafeInteger) ? { port, seed, nodes } : undefined;
}

/**
 * Starts the receivers of an earlier first run again, where its destinations send to; `undefined` if there
 * was none.
 */
export async function resumeReceivers(
  dataDir: string,
  onProblem: (text: string) => void,
): Promise<Pick<FirstRun, "stop"> | undefined> {
  const { port = 0 } = (await readFirstRun(dataDir)) ?? {};
  if (port <= 0 || port > 65_535) return undefined;
  const receivers = await startReceivers(port);
  if (receivers === undefined)
    onProblem(
      `Port ${port} is in use: what the destinations crm and legacy-erp are sent goes to another program. Pause them, or start with --fresh.`,
    );
  return receivers;
}
