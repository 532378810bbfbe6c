import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { hasArchive } from "@rainhooks/local/fleet/reconciliation/reconcile";
import type { LocalSource, RunningSource } from "@rainhooks/local/source";
import { type FirstRun, readFirstRun } from "./first-run.ts";
import { writeFleets } from "./kept-data.ts";
import type { StartOptions } from "./options.ts";
import { archiveReport, nodesReport, reconciliationReport, seriesReport } from "./report/report.ts";
import { runFleet, STALL_MS } from "./run-fleet.ts";

/** What a start is about. */
interface Start {
  readonly source: LocalSource;
  /** Fleets that have been simulated on its data. */
  readonly fleets: number;
  readonly firstRun: FirstRun | undefined;
}

/**
 * Simulates a fleet, except with `--events 0`, or unless it is asked for: on data that already has a fleet,
 * or while webhooks are being developed. The fleet of a first run goes on at the next start; if that is about
 * another fleet or none, it disconnects.
 *
 * @returns The exit code.
 */
export async function simulateFleet(
  stage: Stage,
  running: RunningSource,
  options: StartOptions,
  start: Start,
): Promise<number> {
  const { dataDir, events, watch, namesFleet, exit } = options;
  const { fleets } = start;
  const earlier = exit ? undefined : await readFirstRun(dataDir);
  const goesOn = events > 0 && !namesFleet && !watch;
  if (earlier !== undefined && fleets > 0) await running.resume?.(earlier, goesOn);
  if (events === 0 || (watch && !namesFleet)) return 0;
  if (fleets > 0 && !namesFleet) {
    console.log(
      `The data of an earlier start is kept, and its fleet ${earlier === undefined ? IS_GONE : GOES_ON}`,
    );
    return 0;
  }
  // A new fleet beside the earlier ones: the same nodes cannot be simulated twice for the same hours.
  const seed = options.namesSeed ? options.seed : options.seed + fleets;
  await writeFleets(dataDir, fleets + 1);
  return runAndReport(stage, running, { ...options, seed }, start);
}

/**
 * True if a start shows the product: with a fleet that nobody has asked for, on a stage that has everything,
 * people and tags included.
 */
export function isFirstRun(options: StartOptions, { refusal }: LocalSource, fleets: number): boolean {
  const { namesFleet, events, watch, webhooks, endpoint } = options;
  const isWhole = webhooks === undefined && endpoint === undefined;
  return fleets === 0 && !namesFleet && events > 0 && !watch && isWhole && refusal === undefined;
}

/** Days that the fleet of a first run has lived. */
const FIRST_RUN_DAYS = 2;

const GOES_ON = "goes on: something happens every few seconds. To start anew, delete the data with --fresh.";
const IS_GONE =
  "is no longer connected. Simulate another fleet with --events 1000, or delete the data with --fresh.";

async function runAndReport(
  stage: Stage,
  running: RunningSource,
  options: StartOptions,
  { source, firstRun }: Start,
): Promise<number> {
  const progress = new StartProgress(process.stdout);
  const { nodes: size, events, seed } = options;
  console.log(
    `Simulating a fleet of ${size} MQTT nodes until ${events} messages have reached SNS (seed ${seed})`,
  );
  const { nodes, startMs, goOn, published, reconciliation, publishMs, totalMs, peakMiB } = await runFleet(
    stage,
    running,
    { ...options, endsAtMs: Date.now(), ...(firstRun === undefined ? {} : { days: FIRST_RUN_DAYS }) },
    STALL_MS,
    {
      leftOver: (count) => progress.show("records of an earlier run still in the queues:", count),
      published: (count, total) => progress.show("published", count, total),
      waiting: (count) => progress.show("records in the queues:", count),
    },
  );
  await firstRun?.afterFleet(startMs);
  await stage.runScheduled();
  const series = await seriesReport(stage, nodes, reconciliation.nodes);
  const report = reconciliationReport(reconciliation, published.length);
  for (const part of [
    nodesReport(reconciliation.nodes),
    series,
    ...(hasArchive(stage) ? [archiveReport(reconciliation.archive)] : []),
    report,
  ]) {
    console.log(`\n${part}`);
  }
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `Simulated ${hours(Date.now() - startMs)}; published in ${seconds(publishMs)}, all handled after ${seconds(totalMs)}; maximum memory of the stage: ${Math.round(peakMiB)} MiB.`,
  );
  // Without users and tags there is no first run, and a fleet that nobody has asked for goes on, too.
  const goesOn = firstRun !== undefined || (source.refusal !== undefined && !options.namesFleet);
  if (goesOn && !options.exit) {
    firstRun?.goOn();
    goOn();
    console.log(`\nFrom here on, something happens every few seconds.${hasText(firstRun?.has ?? [])}`);
  }
  return reconciliation.problems.length === 0 ? 0 : 1;
}

function hours(ms: number): string {
  const count = ms / 3_600_000;
  return count < 72 ? `${count.toFixed(1)} hours` : `${(count / 24).toFixed(1)} days`;
}

function hasText(has: readonly string[]): string {
  return has.length === 0 ? "" : ` The stage has ${has.join("; ")}.`;
}

/** Shows progress: on a terminal one line that is updated, elsewhere a line every few seconds. */
class StartProgress {
  readonly #out: NodeJS.WriteStream;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** Shows a count, optionally of a total. */
  show(what: string, count: number, total?: number): void {
    const done = total === undefined ? count === 0 : count >= total;
    const nowMs = performance.now();
    const pauseMs = this.#out.isTTY ? 100 : 3000;
    if (!done && nowMs - this.#lastMs < pauseMs) return;
    this.#lastMs = nowMs;
    const line = `  ${what} ${count}${total === undefined ? "" : ` of ${total}`}`;
    if (!this.#out.isTTY) this.#out.write(`${line}\n`);
    else this.#out.write(`\r\u001b[K${line}${done ? "\n" : ""}`);
  }
}
