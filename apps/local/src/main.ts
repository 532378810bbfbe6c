import { queryApi } from "@rainhooks/app-query-api/api";
import { WEBHOOKS } from "@rainhooks/app-webhooks";
import { bundleDir } from "@rainhooks/app-webhooks/bundles";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { faultyServices } from "./faults/services.ts";
import { impatient } from "./impatient.ts";
import { readOptions, type StartOptions } from "./options.ts";
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

async function main(options: StartOptions): Promise<number> {
  const startedMs = performance.now();
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
    bundleDir,
    runtimePath: RUNTIME_PATH,
    onProblem: (text) => console.error(`! ${text}`),
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
    const ran = options.events === 0 ? Promise.resolve(0) : runAndReport(stage, rainmaker, options);
    const code = await Promise.race([ran, interrupted.then(() => INTERRUPTED)]);
    if (faulty !== undefined) console.log(faulty.report());
    if (code === INTERRUPTED) console.log(INTERRUPTION);
    if (options.exit || code === INTERRUPTED) return code;
    console.log(USAGE);
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
    onProblem: (text) => console.error(`! ${text}`),
  });
  const { baseUrl, mqttUrl, passwordFile } = rainmaker;
  await stage.announce({ baseUrl, user: SUPER_ADMIN, passwordFile });
  console.log(`  RainMaker     ${baseUrl} (API), ${mqttUrl}\n`);
  return rainmaker;
}

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

const USAGE = `
The stage stays up. In another terminal:
  npm run -s rainhooks -- nodes --offline         who is offline, longest first
  npm run -s rainhooks -- count                   how many nodes are online
  npm run -s rainhooks -- node <node>             one node, its uptime and drops
  npm run -s rainhooks -- series <node> [series]  its series, or the points of one
  npm run -s rainhooks -- archive query --saved deliveries-per-topic-today
  npm run -s rainhooks -- dlq                     what could not be handled
  npm run -s rainhooks -- publish event.json      publish an event of your own
  npm run -s rainhooks -- logs hello              what a webhook logged
  npm run -s rainhooks -- rainmaker login         log in to the local RainMaker, then register this stage with it
Ctrl-C ends it.`;

try {
  process.exitCode = await main(readOptions(process.argv.slice(2), process.env));
} catch (error) {
  console.error(error instanceof RainhooksError ? error.message : `Unexpected: ${messageOf(error)}`);
  process.exitCode = 1;
}
