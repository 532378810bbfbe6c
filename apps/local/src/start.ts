import { queryApi } from "@rainhooks/app-query-api/api";
import { WEBHOOKS } from "@rainhooks/app-webhook-list";
import { bundleDir } from "@rainhooks/app-webhook-list/bundles";
import { RainhooksError } from "@rainhooks/core";
import {
  type FaultyServices,
  faultyServices,
  RUNTIME_PATH,
  type Stage,
  startStage,
  stopInTurn,
  withShortWaits,
} from "@rainhooks/local-aws";
import { publisherOf, type RunningRainmaker, SUPER_ADMIN, startRainmaker } from "@rainhooks/local-rainmaker";
import { printableLine } from "@rainhooks/terminal";
import { endInTime, INTERRUPTED, untilInterrupted } from "./end.ts";
import { FullDisk } from "./full-disk.ts";
import { deleteKeptData, readFleets } from "./kept-data.ts";
import type { StartOptions } from "./options.ts";
import { problemLines } from "./problems.ts";
import { simulateFleet } from "./simulate-fleet.ts";
import { usage } from "./usage.ts";

const STAGE = "local";
const INTERRUPTION =
  "\nInterrupted before every message was accounted for. The remaining messages stay in the queues; the next start on the same data handles them.";

const printProblem = problemLines((line) => console.error(line));

/** Runs a stage until it ends; returns the exit code. */
export async function start(options: StartOptions): Promise<number> {
  if (options.fresh) await deleteKeptData(options.dataDir);
  const fleets = await readFleets(options.dataDir);
  const interrupted = untilInterrupted();
  const disk = new FullDisk(options.dataDir);
  const onProblem = (text: string) => {
    printProblem(text);
    disk.notice(text);
  };
  const faulty = options.faults === 0 ? undefined : faultyServices(options.faults, options.seed);
  const stage = await openStage(options, faulty, onProblem);
  let rainmaker: RunningRainmaker | undefined;
  const run = async () => {
    rainmaker = await openRainmaker(stage, options, onProblem);
    const simulated = simulateFleet(stage, rainmaker, options, fleets);
    const code = await Promise.race([simulated, interrupted.then(() => INTERRUPTED), disk.full]);
    if (faulty !== undefined) console.log(faulty.report());
    if (code === INTERRUPTED) console.log(INTERRUPTION);
    else if (!options.exit) {
      console.log(usage(options));
      await Promise.race([interrupted, disk.full]);
    }
    return code;
  };
  const outcome = await run().catch((error: unknown) => ({ error: disk.explain(error) }));
  // Printed before the stage ends, because ending may fail too.
  if (typeof outcome !== "number" && outcome.error instanceof RainhooksError)
    console.error(printableLine(outcome.error.message));
  const stop = () => stopInTurn([() => rainmaker?.stop(), stage.stop, () => faulty?.stop()]);
  const ended = await endInTime(stop, printProblem);
  if (typeof outcome === "number") return ended ? outcome : 1;
  if (!(outcome.error instanceof RainhooksError)) throw outcome.error;
  return 1;
}

/** Starts the stage, and prints where it is. */
async function openStage(
  options: StartOptions,
  faulty: FaultyServices | undefined,
  onProblem: (text: string) => void,
): Promise<Stage> {
  const startedMs = performance.now();
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
  const names = stage.webhooks.map(({ name }) => name).join(", ");
  console.log(`Stage "${stage.name}" is up after ${tookS} s: ${names}
  AWS endpoint  ${stage.endpoint}
  query API     ${stage.apiUrl}/v1/nodes (documented at /v1/openapi.json)
  data          ${options.dataDir}`);
  return stage;
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
