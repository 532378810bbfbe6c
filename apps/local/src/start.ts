import { resolve } from "node:path";
import { queryApi } from "@rainhooks/app-query-api/api";
import { WEBHOOKS } from "@rainhooks/app-webhooks";
import { bundleDir } from "@rainhooks/app-webhooks/bundles";
import { printableLine } from "@rainhooks/terminal";
import { faultyServices } from "./faults/services.ts";
import { impatient } from "./impatient.ts";
import { deleteKeptData, readFleets, writeFleets } from "./kept-data.ts";
import type { StartOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { outletOf } from "./rainmaker/outlet.ts";
import { type RunningRainmaker, SUPER_ADMIN, startRainmaker } from "./rainmaker/start.ts";
import { accountReport, archiveReport, nodesReport, seriesReport } from "./report/report.ts";
import { runFleet } from "./run.ts";
import { RUNTIME_PATH } from "./runtime-path.ts";
import { type Stage, startStage } from "./stage.ts";

const STAGE = "local";
/**
 * A run in which nothing moves this long has lost something, or retries what cannot succeed. It is longer than a record
 * that failed, or that a killed stage was working on, stays hidden.
 */
const STALL_MS = 240_000;

/** Runs a stage as `npm start` was told to, until it ends; returns the exit code. */
export async function start(options: StartOptions): Promise<number> {
  const startedMs = performance.now();
  if (options.fresh) await deleteKeptData(options.dataDir);
  const fleets = await readFleets(options.dataDir);
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const faulty = options.faults === 0 ? undefined : faultyServices(options.faults, options.seed);
  const stage = await startStage({
    name: STAGE,
    webhooks: WEBHOOKS.map(impatient),
    api: queryApi,
    dataDir: options.dataDir,
    port: options.port,
    queryPort: options.queryPort,
    endpoint: options.endpoint,
    endpointFrom: options.endpointFrom,
    bundleDir,
    runtimePath: RUNTIME_PATH,
    onProblem: tellProblem,
    ...(faulty === undefined ? {} : { functionEndpoint: faulty.endpointOf }),
  });
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(
    `Stage "${stage.name}" is up after ${tookS} s: ${stage.webhooks.map(({ name }) => name).join(", ")}`,
  );
  console.log(
    `  AWS endpoint  ${stage.endpoint}\n  query API     ${stage.apiUrl}/v1/nodes (what there is: /v1/openapi.json)`,
  );
  console.log(`  data          ${options.dataDir}`);
  let rainmaker: RunningRainmaker | undefined;
  try {
    rainmaker = await openRainmaker(stage, options);
    const ran = playFleet(stage, rainmaker, options, fleets);
    const code = await Promise.race([ran, interrupted.then(() => INTERRUPTED)]);
    if (faulty !== undefined) console.log(faulty.report());
    if (code === INTERRUPTED) console.log(INTERRUPTION);
    if (options.exit || code === INTERRUPTED) return code;
    console.log(usage(options));
    await interrupted;
    return code;
  } finally {
    await rainmaker?.stop();
    await stage.stop();
    await faulty?.stop();
  }
}

/** Starts the local RainMaker, and tells people and commands where it is. */
async function openRainmaker(stage: Stage, options: StartOptions): Promise<RunningRainmaker> {
  const { dataDir, apiPort, mqttPort, casing } = options;
  const rainmaker = await startRainmaker({
    outlet: outletOf(stage),
    dataDir,
    casing,
    restPort: apiPort,
    mqttPort,
    onProblem: tellProblem,
  });
  const { baseUrl, mqttUrl, passwordFile } = rainmaker;
  await stage.announce({ baseUrl, mqttUrl, user: SUPER_ADMIN, passwordFile });
  console.log(`  RainMaker     ${baseUrl} (API), ${mqttUrl}\n`);
  return rainmaker;
}

/** Lets a fleet live, unless the stage is to have none, or has had one already and no number of events was named. */
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
  // Another fleet beside the earlier ones: the same nodes cannot live twice in the same hours.
  const seed = options.namesSeed ? options.seed : options.seed + fleets;
  await writeFleets(options.dataDir, fleets + 1);
  return runAndReport(stage, rainmaker, { ...options, seed });
}

const EARLIER_FLEET =
  "The data of an earlier start are still there; its fleet is not connected any more. Let another fleet live with --events 1000, or begin anew with --fresh.";

async function runAndReport(
  stage: Stage,
  rainmaker: RunningRainmaker,
  options: StartOptions,
): Promise<number> {
  const progress = new Progress(process.stdout);
  const { nodes: size, events, seed } = options;
  console.log(
    `A fleet of ${size} MQTT nodes lives in front of the local RainMaker until ${events} messages have reached SNS (seed ${seed})`,
  );
  const { nodes, startMs, published, account, publishMs, totalMs, peakMiB } = await runFleet(
    stage,
    rainmaker,
    { ...options, endsAtMs: Date.now() },
    STALL_MS,
    {
      leftOver: (count) => progress.show("records of an earlier run still waiting:", count),
      published: (count, total) => progress.show("published", count, total),
      waiting: (count) => progress.show("records waiting:", count),
    },
  );
  const series = await seriesReport(stage, nodes);
  const report = accountReport(account, published.length);
  for (const part of [nodesReport(account.nodes), series, archiveReport(account.archive), report]) {
    console.log(`\n${part}`);
  }
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `${hours(Date.now() - startMs)} of the fleet's life, published in ${seconds(publishMs)}, all handled after ${seconds(totalMs)}; the stage took ${Math.round(peakMiB)} MiB at most.`,
  );
  return account.complete ? 0 : 1;
}

function hours(ms: number): string {
  const count = ms / 3_600_000;
  return count < 72 ? `${count.toFixed(1)} hours` : `${(count / 24).toFixed(1)} days`;
}

/** Exit code of a run that was ended before its messages were accounted for, as shells have it for Ctrl-C. */
const INTERRUPTED = 130;
const INTERRUPTION =
  "\nInterrupted before every message was accounted for. What is in the queues waits there: a start on the same data goes on with it.";

const DEFAULT_DATA = resolve(".rainhooks");

/** What can be done with a stage that stays up. Every line can be pasted as it stands. */
function usage({ dataDir }: StartOptions): string {
  const data = dataDir === DEFAULT_DATA ? "" : ` --data ${quoted(dataDir)}`;
  const commands = [
    ["nodes --offline", "who is offline, longest first"],
    ["count", "how many nodes are online"],
    ["node <node>", "one node, its uptime and drops"],
    ["series <node> [series]", "its series, or the points of one"],
    ["archive query --saved deliveries-per-topic-today", ""],
    ["dlq", "what could not be handled"],
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

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function tellProblem(text: string): void {
  console.error(`! ${printableLine(text)}`);
}
