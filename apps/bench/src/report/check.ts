import { SHIPPED } from "@rainhooks/app-webhook-list";
import { RainhooksError } from "@rainhooks/core";
import { formatTable } from "@rainhooks/terminal";
import { measureBundles } from "../bundles.ts";
import { DECODE_AND_FILTER, measureDecode } from "../decode.ts";
import { startQuickServices } from "../processes/services.ts";
import { compareJob, type Job } from "../rivals/compare.ts";
import { type Jobs, makeJobs } from "../rivals/job-list.ts";
import { bundleRivals } from "../rivals/jobs/bundle-rival.ts";
import { fixed } from "./markdown.ts";

/** A ratio of two times that were measured in turn, and the limit that it must keep. */
interface Ratio {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  /** Whether the ratio must not be above its limit; otherwise it must not be below. */
  readonly isMaximum: boolean;
}

/**
 * Limits with room for a busy machine: each is half as far again, or more, from what is measured on a quiet one. They fail when something became
 * twice as slow, not when it became slower by a tenth: that, docs/performance.md shows.
 */
const MAX_PARSE = 5;
const MAX_LOAD = 1;
const MIN_CPU: readonly (readonly [job: keyof Jobs, rival: string, times: number])[] = [
  ["archive", "fork pipeline", 8],
  ["nodeStatus", "Powertools, row only", 1.1],
  ["nodeStatus", "Powertools, index and timeline", 1.5],
  ["timeSeries", "Powertools", 4],
];
/** As long as one ratio misses its limit, they are measured again: other processes of the machine must not fail it. */
const TRIES = 3;
const SIZE = { rounds: 1, batches: [[100, 3]], fleetNodes: 60 } as const;
const DECODE_ROUNDS = 40;
const PROCESSES = 7;

/**
 * Measures the ratios that must not get worse, in less than a minute.
 *
 * @throws {RainhooksError} `input-invalid` if a ratio misses its limit each time.
 */
export async function checkRatios(): Promise<string> {
  const ratios = [
    ...(await untilKept(decodeRatios)),
    ...(await untilKept(loadRatios)),
    ...(await untilKept(handlerRatios)),
  ];
  const table = formatTable(
    ["ratio", "measured", "limit"],
    ratios.map((ratio) => [ratio.what, fixed(ratio.value, 2), limitText(ratio)]),
  );
  const missed = ratios.filter((ratio) => !isKept(ratio));
  if (missed.length === 0) return table;
  throw new RainhooksError(
    "input-invalid",
    `${table}\n${missed.length} of these missed their limits ${TRIES} times in a row. If that is right, change the limits in apps/bench/src/report/check.ts.`,
  );
}

function limitText({ isMaximum, limit }: Ratio): string {
  return `${isMaximum ? "at most" : "at least"} ${limit}`;
}

function isKept({ value, limit, isMaximum }: Ratio): boolean {
  return isMaximum ? value <= limit : value >= limit;
}

async function untilKept(measure: () => Promise<readonly Ratio[]>): Promise<readonly Ratio[]> {
  let ratios = await measure();
  for (let tries = 1; tries < TRIES && !ratios.every(isKept); tries += 1) {
    const again = await measure();
    ratios = ratios.map((ratio, index) => (isKept(ratio) ? ratio : (again[index] ?? ratio)));
  }
  return ratios;
}

async function decodeRatios(): Promise<readonly Ratio[]> {
  const { times } = await measureDecode(DECODE_ROUNDS);
  const value = times.find(({ name }) => name === DECODE_AND_FILTER)?.timesParse ?? Number.NaN;
  return [{ what: "decode and filter / JSON.parse", value, limit: MAX_PARSE, isMaximum: true }];
}

async function loadRatios(): Promise<readonly Ratio[]> {
  const shipped = new Set(SHIPPED.map(({ name }) => name));
  const bundles = (await measureBundles(PROCESSES)).filter(({ name }) => shipped.has(name));
  return bundles.map(({ name, ofPlainClient }) => ({
    what: `load ${name} / plain client`,
    value: ofPlainClient,
    limit: MAX_LOAD,
    isMaximum: true,
  }));
}

/** Processor time only: how long a function waits depends on what else runs on the machine. */
async function handlerRatios(): Promise<readonly Ratio[]> {
  const bundles = await bundleRivals(["powertools-node-status", "powertools-time-series", "fork-pipeline"]);
  const jobs = await makeJobs(bundles, SIZE);
  const services = await startQuickServices();
  const setting = { services, name: "5 ms", keeps: false };
  const rivals = new Set(MIN_CPU.map(([, rival]) => rival));
  const compare = async <Each>(job: Job<Each>) => {
    const [ours] = job.contenders;
    const contenders = job.contenders.filter((one) => one === ours || rivals.has(one.name));
    return compareJob({ ...job, contenders, series: job.series.slice(0, 1) }, setting);
  };
  const compared = {
    archive: await compare(jobs.archive),
    nodeStatus: await compare(jobs.nodeStatus),
    timeSeries: await compare(jobs.timeSeries),
    hello: [],
  };
  await services.stop();
  await bundles.remove();
  return MIN_CPU.map(([job, rival, limit]) => ({
    what: `processor time of ${rival} / ours, ${jobs[job].name}`,
    value: compared[job].find(({ contender }) => contender === rival)?.timesOurCpu ?? Number.NaN,
    limit,
    isMaximum: false,
  }));
}
