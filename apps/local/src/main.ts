import { WEBHOOKS } from "@rainhooks/app-webhooks";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { bundleDir, RUNTIME_PATH } from "./bundles.ts";
import { impatient } from "./impatient.ts";
import { readOptions, type StartOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { accountReport, archiveReport, nodesReport, seriesReport } from "./report/report.ts";
import { runFleet } from "./run.ts";
import { type Stage, startStage } from "./stage.ts";

const STAGE = "local";
/** A run whose counts stand still this long has lost something, or is retrying what cannot succeed. */
const STALL_MS = 60_000;

async function main(options: StartOptions): Promise<number> {
  const startedMs = performance.now();
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(0));
  });
  const stage = await startStage({
    name: STAGE,
    webhooks: WEBHOOKS.map(impatient),
    dataDir: options.dataDir,
    port: options.port,
    endpoint: options.endpoint,
    bundleDir,
    runtimePath: RUNTIME_PATH,
    onProblem: (text) => console.error(`! ${text}`),
  });
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(
    `Stage "${stage.name}" is up after ${tookS} s: ${stage.webhooks.map(({ name }) => name).join(", ")}`,
  );
  console.log(`  AWS endpoint  ${stage.endpoint}\n  data          ${options.dataDir}\n`);
  try {
    const ran = options.events === 0 ? Promise.resolve(0) : runAndReport(stage, options);
    const code = await Promise.race([ran, interrupted]);
    if (options.exit || code !== 0) return code;
    console.log(USAGE);
    return await interrupted;
  } finally {
    await stage.stop();
  }
}

async function runAndReport(stage: Stage, options: StartOptions): Promise<number> {
  const progress = new Progress(process.stdout);
  console.log(
    `A fleet of ${options.nodes} nodes publishes ${options.events} messages (seed ${options.seed})`,
  );
  const { script, account, publishMs, totalMs, peakMiB } = await runFleet(
    stage,
    { ...options, endsAtMs: Date.now() },
    STALL_MS,
    {
      published: (count, total) => progress.show("published", count, total),
      handled: (count, total) => progress.show("handled by the webhooks", count, total),
    },
  );
  const series = await seriesReport(stage, script.nodes);
  const report = accountReport(account, options.events);
  for (const part of [nodesReport(account.nodes), series, archiveReport(account.archive), report]) {
    console.log(`\n${part}`);
  }
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `Published in ${seconds(publishMs)}, all handled after ${seconds(totalMs)}; the stage took ${Math.round(peakMiB)} MiB at most.`,
  );
  return account.complete ? 0 : 1;
}

const USAGE = `
The stage stays up. In another terminal:
  npm run -s rainhooks -- nodes --offline         who is offline, longest first
  npm run -s rainhooks -- node <node>             one node
  npm run -s rainhooks -- series <node> [name]    its series, or the points of one
  npm run -s rainhooks -- publish event.json      publish an event of your own
  npm run -s rainhooks -- logs hello              what a webhook logged
Ctrl-C ends it.`;

try {
  process.exitCode = await main(readOptions(process.argv.slice(2), process.env));
} catch (error) {
  console.error(error instanceof RainhooksError ? error.message : `Unexpected: ${messageOf(error)}`);
  process.exitCode = 1;
}
