import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { messageOf } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { FleetOptions } from "@rainhooks/local/fleet/fleet-options";
import type { FirstRunContext, FirstRunStep } from "@rainhooks/stage/first-run";

/**
 * File in the data folder that says which fleet the first run has, and on which ports steps of it
 * listen.
 */
export const FIRST_RUN_FILE = "first-run.json";

/** What a first run has besides its fleet. */
export interface FirstRun {
  /** What the stage has by it, for people. */
  readonly has: readonly string[];
  /** Called when the fleet has lived until now, since `startMs`. */
  afterFleet(startMs: number): Promise<void>;
  /** Called when the stage stays up. Nobody waits for what it begins. */
  goOn(): void;
  stop(): Promise<void>;
}

/** Parts of a first run. */
interface FirstRunDependencies extends Omit<FirstRunContext, "signal"> {
  readonly dataDir: string;
  readonly fleet: Pick<FleetOptions, "seed" | "nodes">;
}

/**
 * Begins the steps that extensions add to a first run, in their order. What fails is said, and the
 * stage runs without it.
 */
export async function prepareFirstRun({
  dataDir,
  fleet: { seed, nodes },
  ...context
}: FirstRunDependencies): Promise<FirstRun> {
  const end = new AbortController();
  const attempt = <T>(name: string, work: () => Promise<T>) =>
    work().catch((error: unknown) => {
      if (!end.signal.aborted)
        context.onProblem(`The first run goes on without all of ${name}: ${messageOf(error)}`);
      return undefined;
    });
  const steps: [name: string, step: FirstRunStep][] = [];
  for (const { name, firstRun } of EXTENSIONS) {
    if (firstRun === undefined) continue;
    // Loaded here: other starts do not need operations.
    const begin = async () => (await firstRun()).beginStep({ ...context, signal: end.signal });
    const step = await attempt(name, begin);
    if (step !== undefined) steps.push([name, step]);
  }
  const ports = Object.fromEntries(steps.map(([name, { port }]) => [name, port]));
  await writeFile(join(dataDir, FIRST_RUN_FILE), `${JSON.stringify({ seed, nodes, ports })}\n`);
  let ending: Promise<unknown> = Promise.resolve();
  const each = async (work: (step: FirstRunStep) => Promise<void> | undefined) => {
    for (const [name, step] of steps) await attempt(name, async () => work(step));
  };
  return {
    has: steps.flatMap(([, { has }]) => has ?? []),
    afterFleet: (startMs) => each((step) => step.afterFleet?.(startMs)),
    goOn: () => {
      ending = each((step) => step.goOn?.());
    },
    stop: async () => {
      end.abort();
      await ending;
      await each((step) => step.stop?.());
    },
  };
}

/** Returns what an earlier first run has; `undefined` if there was none. */
export async function readFirstRun(dataDir: string) {
  const kept = tryParseJson(await readFile(join(dataDir, FIRST_RUN_FILE), "utf8").catch(() => ""));
  if (!isJsonObject(kept)) return undefined;
  const { seed, nodes, ports } = kept;
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(nodes) || !isJsonObject(ports))
    return undefined;
  return { seed: Number(seed), nodes: Number(nodes), ports };
}

/** Lets steps of an earlier first run listen again where they did. */
export async function resumeFirstRun(
  dataDir: string,
  onProblem: (text: string) => void,
): Promise<Pick<FirstRun, "stop">> {
  const { ports = {} } = (await readFirstRun(dataDir)) ?? {};
  const steps: Pick<FirstRunStep, "stop">[] = [];
  for (const { name, firstRun } of EXTENSIONS) {
    const port = Number(ports[name] ?? 0);
    if (firstRun === undefined || !Number.isSafeInteger(port) || port <= 0 || port > 65_535)
      continue;
    steps.push((await (await firstRun()).resumeStep?.(port, onProblem)) ?? {});
  }
  return {
    stop: async () => {
      for (const { stop } of steps) await stop?.();
    },
  };
}
