import { statfsSync } from "node:fs";
import { join } from "node:path";
import { type RunningConsole, startConsole } from "@rainhooks/app-console/serve/console";
import { WEBHOOKS } from "@rainhooks/app-list";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { type FaultyServices, faultyServices } from "@rainhooks/local/aws/faults/faults";
import { requireFreePort } from "@rainhooks/local/aws/local-server";
import { makeDataFolder } from "@rainhooks/local/aws/stage/hold-data";
import { stopAll } from "@rainhooks/local/aws/stop-all";
import type { RunningSource } from "@rainhooks/local/source";
import { reachLiveStage } from "@rainhooks/stage/tables/live-tables";
import { printableLine } from "@rainhooks/stage/terminal/printable";
import { onParentGone } from "../parent-gone.mjs";
import { type FirstRun, prepareFirstRun, resumeFirstRun } from "./first-run.ts";
import { deleteLocalData, readFleets, whoElseCanWrite } from "./local-data.ts";
import { chooseReady, type OpenStage, openStage } from "./open-stage.ts";
import { chooseWebhooks, orExit, type StartOptions, usage } from "./options.ts";
import { OutsideCalls } from "./outside-calls.ts";
import { problemLines } from "./problems.ts";
import { isFirstRun, simulateFleet } from "./simulate-fleet.ts";
import { findSource } from "./source.ts";

const INTERRUPTION =
  "\nInterrupted before every message was accounted for. The remaining messages stay in the queues; the next start on the same data handles them.";

const printProblem = problemLines((line) => console.error(line));

/** Runs a stage until it ends; returns the exit code. */
export async function start(options: StartOptions): Promise<number> {
  const source = orExit(() => findSource(options.source));
  // Servers that are started when the stage is up, which takes a while.
  await requireFreePort(options.consolePort ?? 0, "--console-port");
  await requireFreePort(options.apiPort, "--api-port");
  await requireFreePort(options.mqttPort, "--mqtt-port");
  // Before anything is deleted: a wrong name ends the process.
  const chosen = chooseReady(options, source);
  if (options.fresh) await deleteLocalData(options.dataDir);
  else await makeDataFolder(options.dataDir);
  const disk = fullDisk(options.dataDir);
  const onProblem = (text: string) => {
    printProblem(text);
    disk.notice();
  };
  const shared = await whoElseCanWrite(options.dataDir);
  if (shared !== undefined) onProblem(shared);
  const fleets = await readFleets(options.dataDir);
  const interrupted = untilInterrupted();
  const faulty = options.faults === 0 ? undefined : faultyServices(options.faults, options.seed);
  const outsideCalls = new OutsideCalls((line) => console.error(line));
  const open = await openStage(options, { chosen, faulty, outsideCalls, onProblem });
  const beside: Beside = {};
  const { dataDir } = options;
  const reach = () => reachLiveStage(dataDir);
  const run = async () => {
    const { openSource } = await source.open();
    const running = await openSource(open.stage, options, onProblem);
    beside.source = running;
    console.log(running.line);
    if (!options.exit) await openConsole(options, beside);
    console.log("");
    if (isFirstRun(options, source, fleets))
      beside.firstRun = await prepareFirstRun({ dataDir, fleet: options, reach, onProblem });
    else beside.resumed = await resumeFirstRun(dataDir, onProblem);
    const simulated = simulateFleet(open.stage, running, options, {
      source,
      fleets,
      firstRun: beside.firstRun,
    });
    const code = await Promise.race([simulated, interrupted.then(() => INTERRUPTED), disk.full]);
    if (faulty !== undefined) console.log(faulty.report());
    if (code === INTERRUPTED) console.log(INTERRUPTION);
    else if (!options.exit) {
      console.log(
        usage(options, source, chooseWebhooks(options, WEBHOOKS), beside.console?.address()),
      );
      await Promise.race([interrupted, disk.full]);
    }
    return code;
  };
  const outcome = await run().catch((error: unknown) => ({ error: disk.explain(error) }));
  // Printed before the stage ends, because ending may fail too.
  if (typeof outcome !== "number" && outcome.error instanceof RainhooksError)
    console.error(printableLine(outcome.error.message));
  const ended = await endInTime(stopper(open, beside, faulty), printProblem);
  const summary = outsideCalls.summary();
  if (summary !== undefined) console.error(summary);
  if (typeof outcome === "number") return ended ? outcome : 1;
  if (!(outcome.error instanceof RainhooksError)) throw outcome.error;
  return 1;
}

/** What runs beside the stage, as far as it was started. */
interface Beside {
  firstRun?: FirstRun | undefined;
  resumed?: Pick<FirstRun, "stop">;
  source?: RunningSource;
  console?: RunningConsole;
}

function stopper(
  { stage, watch }: OpenStage,
  beside: Beside,
  faulty: FaultyServices | undefined,
): () => Promise<void> {
  return () =>
    stopAll([
      () => beside.console?.stop(),
      () => beside.firstRun?.stop(),
      () => beside.resumed?.stop(),
      () => beside.source?.stop(),
      () => watch?.stop(),
      stage.stop,
      () => faulty?.stop(),
    ]);
}

/** Starts the console of the stage, and prints its address. */
async function openConsole({ dataDir, consolePort }: StartOptions, beside: Beside): Promise<void> {
  const running = await startConsole({
    reach: () => reachLiveStage(dataDir),
    port: consolePort,
    sessions: join(dataDir, "console-sessions.json"),
    onEntered: (next) =>
      console.log(`A browser was let in to the console. For another one: ${next}`),
  });
  beside.console = running;
  console.log(`  console       ${running.address()}`);
}

/** With less than this, a database cannot extend its files. */
const MIN_FREE_BYTES = 1024 * 1024;

/** Ends a run whose disk is full: it could not store anything any more. */
function fullDisk(dataDir: string) {
  const { promise: full, reject } = Promise.withResolvers<never>();
  // Awaited only after the stage has started; until then a rejection must not be unhandled.
  full.catch(() => undefined);
  const errorOf = () => {
    if (!isFull(dataDir)) return undefined;
    return new RainhooksError(
      "stage-failed",
      `The disk of ${dataDir} is full. Make room, or choose another folder with --data. Accepted messages are kept.`,
    );
  };
  return {
    full,
    /**
     * Checks whether a problem is a full disk: services that could not write often do not say so.
     */
    notice: () => {
      const error = errorOf();
      if (error !== undefined) reject(error);
    },
    /** Returns the error to report: a full disk, if that is the cause. */
    explain: (error: unknown) => errorOf() ?? error,
  };
}

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < MIN_FREE_BYTES;
  } catch {
    return false;
  }
}

/** Exit code of an interrupted run: the shells' code for Ctrl-C. */
const INTERRUPTED = 130;

/**
 * Waits for Ctrl-C, or for the end of the script of npm that this process belongs to. A second
 * Ctrl-C ends the process at once.
 */
function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    const interrupt = () => {
      count += 1;
      if (count > 1) process.exit(INTERRUPTED);
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
    onParentGone(resolve);
  });
}

/**
 * Maximum time for a stage to end: on a full disk, it can never write its remaining data. On a busy
 * machine, it takes more than ten seconds.
 */
const MAX_END_MS = 30_000;

/**
 * Ends the stage; after the time limit the process exits. Returns whether everything ended without
 * an error.
 */
async function endInTime(
  end: () => Promise<void>,
  printProblem: (text: string) => void,
): Promise<boolean> {
  const timer = setTimeout(() => {
    console.error(
      `! The stage did not stop within ${MAX_END_MS / 1000} s. Data that was not written yet is lost.`,
    );
    process.exit(1);
  }, MAX_END_MS);
  try {
    await end();
    return true;
  } catch (error) {
    printProblem(messageOf(error));
    return false;
  } finally {
    clearTimeout(timer);
  }
}
