import { resolve } from "node:path";
import { queryApi } from "@rainhooks/app-query-api/api";
import { WEBHOOKS } from "@rainhooks/app-webhook-list";
import { bundleDir } from "@rainhooks/app-webhook-list/bundles";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { runFleet, STALL_MS } from "@rainhooks/fleet";
import {
  faultyServices,
  RUNTIME_PATH,
  type Stage,
  startStage,
  stopInTurn,
  withShortWaits,
} from "@rainhooks/local-aws";
import { publisherOf, type RunningRainmaker, SUPER_ADMIN, startRainmaker } from "@rainhooks/local-rainmaker";
import { printableLine } from "@rainhooks/terminal";
import { deleteKeptData, readFleets, writeFleets } from "./kept-data.ts";
import type { StartOptions } from "./options.ts";
import { problemLines } from "./problems.ts";
import { Progress } from "./progress.ts";
import { archiveReport, nodesReport, reconciliationReport, seriesReport } from "./report/report.ts";

const STAGE = "local";
/** Runs a stage until it ends; returns the exit code. */
export async function start(options: StartOptions): Promise<number> {
  const startedMs = performance.now();
  if (options.fresh) await deleteKeptData(options.dataDir);
  const fleets = await readFleets(options.dataDir);
  const interrupted = untilInterrupted();
  const disk = new FullDisk(options.dataDir);
  const onProblem = (text: string) => {
    printProblem(text);
    disk.notice(text);
  };
  const faulty = options.faults === 0 ? undefined : faultyServices(options.faults, options.seed);
  const stage = await startStage({
    name: STAGE,
    webhooks: WEBHOOKS.map(withShortWaits),
    api: queryApi,
    dataDir: options.dataDir,
    port: options.port,
    queryPort: options.queryPort,
    endpoint: options.endpoint,
    endpointFrom: options.endpointFrom,
    bundleDir,
    runtimePath: RUNTIME_PATH,
    onProblem,
    ...(faulty === undefined ? {} : { functionEndpoint: faulty.endpointOf }),
  });
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(
    `Stage "${stage.name}" is up after ${tookS} s: ${stage.webhooks.map(({ name }) => name).join(", ")}`,
  );
  console.log(
    `  AWS endpoint  ${stage.endpoint}\n  query API     ${stage.apiUrl}/v1/nodes (documented at /v1/openapi.json)`,
  );
  console.log(`  data          ${options.dataDir}`);
  let rainmaker: RunningRainmaker | undefined;
  let code = 1;
  let unexpected: unknown;
  try {
    rainmaker = await openRainmaker(stage, options, onProblem);
    const ran = playFleet(stage, rainmaker, options, fleets);
    code = await Promise.race([ran, interrupted.then(() => INTERRUPTED), disk.full]);
    if (faulty !== undefined) console.log(faulty.report());
    if (code === INTERRUPTED) console.log(INTERRUPTION);
    else if (!options.exit) {
      console.log(usage(options));
      await Promise.race([interrupted, disk.full]);
    }
  } catch (error) {
    code = 1;
    const known = disk.explain(error);
    // Printed before the stage ends, because ending may fail too.
    if (known instanceof RainhooksError) console.error(printableLine(known.message));
    else unexpected = known;
  }
  const ended = await endInTime(() =>
    stopInTurn([() => rainmaker?.stop(), stage.stop, () => faulty?.stop()]),
  );
  if (unexpected !== undefined) throw unexpected;
  return ended ? code : 1;
}

const DISK_FULL = /ENOSPC|no space left|disk is full/i;

/** Ends a run whose disk is full: it could not store anything any more. */
class FullDisk {
  readonly full: Promise<never>;
  readonly #dataDir: string;
  #end: (error: RainhooksError) => void = () => undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.full = new Promise((_, reject) => {
      this.#end = reject;
    });
    // Awaited only after the stage has started; until then a rejection must not be unhandled.
    this.full.catch(() => undefined);
  }

  /** Checks whether a problem is a full disk. */
  notice(text: string): void {
    if (DISK_FULL.test(text)) this.#end(this.#error());
  }

  /** Returns the error to report: a full disk, if that is the cause. */
  explain(error: unknown): unknown {
    return DISK_FULL.test(messageOf(error)) ? this.#error() : error;
  }

  #error(): RainhooksError {
    return new RainhooksError(
      "stage-failed",
      `The disk of ${this.#dataDir} is full. Make room, or choose another folder with --data. Accepted messages are kept.`,
    );
  }
}

/** Waits for Ctrl-C. A second one ends the process at once. */
function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    const interrupt = () => {
      count += 1;
      if (count > 1) process.exit(INTERRUPTED);
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  });
}

/** Maximum time for a stage to end: on a full disk, it can never write its remaining data. */
const MAX_END_MS = 10_000;

/** Ends the stage; after the time limit the process exits. Returns whether everything ended without an error. */
async function endInTime(end: () => Promise<void>): Promise<boolean> {
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

/** Starts the local RainMaker, prints its address, and saves it for commands. */
async function openRainmaker(
  stage: Stage,
  options: StartOptions,
  onProblem: (text: string) => void,
): Promise<RunningRainmaker> {
  const { dataDir, apiPort, mqttPort, casing } = options;
  const rainmaker = await startRainmaker({
    publisher: publisherOf(stage),
    dataDir,
    casing,
    restPort: apiPort,
    mqttPort,
    onProblem,
  });
  const { baseUrl, mqttUrl, passwordFile } = rainmaker;
  await stage.announce({ baseUrl, mqttUrl, user: SUPER_ADMIN, passwordFile });
  console.log(`  RainMaker     ${baseUrl} (API), ${mqttUrl}\n`);
  return rainmaker;
}

/** Simulates a fleet, except with `--events 0`, or without `--events` on data that already has a fleet. */
async function playFleet(
  stage: Stage,
  rainmaker: RunningRainmaker,
  options: StartOptions,
  fleets: number,
): Promise<number> {
  if (options.events === 0) return 0;
  if (fleets > 0 && !options.namesEvents) {
    console.log(EARLIER_FLEET);
    return 0;
  }
  // A new fleet beside the earlier ones: the same nodes cannot be simulated twice for the same hours.
  const seed = options.namesSeed ? options.seed : options.seed + fleets;
  await writeFleets(options.dataDir, fleets + 1);
  return runAndReport(stage, rainmaker, { ...options, seed });
}

const EARLIER_FLEET =
  "The data of an earlier start is kept, and its fleet is no longer connected. Simulate another fleet with --events 1000, or delete the data with --fresh.";

async function runAndReport(
  stage: Stage,
  rainmaker: RunningRainmaker,
  options: StartOptions,
): Promise<number> {
  const progress = new Progress(process.stdout);
  const { nodes: size, events, seed } = options;
  console.log(
    `Simulating a fleet of ${size} MQTT nodes until ${events} messages have reached SNS (seed ${seed})`,
  );
  const { nodes, startMs, published, reconciliation, publishMs, totalMs, peakMiB } = await runFleet(
    stage,
    rainmaker,
    { ...options, endsAtMs: Date.now() },
    STALL_MS,
    {
      leftOver: (count) => progress.show("records of an earlier run still in the queues:", count),
      published: (count, total) => progress.show("published", count, total),
      waiting: (count) => progress.show("records in the queues:", count),
    },
  );
  const series = await seriesReport(stage, nodes);
  const report = reconciliationReport(reconciliation, published.length);
  for (const part of [
    nodesReport(reconciliation.nodes),
    series,
    archiveReport(reconciliation.archive),
    report,
  ]) {
    console.log(`\n${part}`);
  }
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `Simulated ${hours(Date.now() - startMs)}; published in ${seconds(publishMs)}, all handled after ${seconds(totalMs)}; maximum memory of the stage: ${Math.round(peakMiB)} MiB.`,
  );
  return reconciliation.complete ? 0 : 1;
}

function hours(ms: number): string {
  const count = ms / 3_600_000;
  return count < 72 ? `${count.toFixed(1)} hours` : `${(count / 24).toFixed(1)} days`;
}

/** Exit code of an interrupted run: the shells' code for Ctrl-C. */
const INTERRUPTED = 130;
const INTERRUPTION =
  "\nInterrupted before every message was accounted for. The remaining messages stay in the queues; the next start on the same data handles them.";

const DEFAULT_DATA = resolve(".rainhooks");

/** Commands for a running stage. Every line can be pasted unchanged. */
function usage({ dataDir }: StartOptions): string {
  const data = dataDir === DEFAULT_DATA ? "" : ` --data ${quoted(dataDir)}`;
  const commands = [
    ["nodes --offline", "offline nodes, longest first"],
    ["count", "how many nodes are online"],
    ["node <node>", "one node, its uptime and drops"],
    ["series <node> [series]", "its series, or the points of one"],
    ["archive query --saved deliveries-per-topic-today", ""],
    ["dlq", "messages that could not be handled"],
    ["publish docs/samples/node_connected.json", "publish an event of your own"],
    ["logs hello", "what a webhook logged"],
    ["rainmaker login", "log in to the local RainMaker, then register this stage with it"],
  ];
  const lines = commands.map(([command = "", what = ""]) =>
    `  npm run -s rainhooks -- ${`${command}${data}`.padEnd(USAGE_WIDTH)} ${what}`.trimEnd(),
  );
  return `\nThe stage stays up. In another terminal:\n${lines.join("\n")}\nCtrl-C ends it.`;
}

const USAGE_WIDTH = 41;

/** Quotes a path for a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

const printProblem = problemLines((line) => console.error(line));
