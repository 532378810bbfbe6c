import { measureBundles } from "../bundles.ts";
import { DECODE_AND_FILTER, measureDecode } from "../decode.ts";
import type { Comparison } from "../rivals/compare.ts";
import { measureRivals } from "../rivals/rivals.ts";
import { fixedText, markdownTable } from "./markdown.ts";
import type { Ratio } from "./ratio.ts";

/** How much a step measures. */
type StepSize = "full" | "small";

/**
 * What a step of the report has measured: a section of the page, and the ratios that must not get
 * worse.
 */
export interface StepResult {
  readonly section: string;
  readonly ratios: readonly Ratio[];
}

/** A step of the report. */
export type Step = (size: StepSize) => Promise<StepResult>;

/**
 * The steps of the report, by their names. Limits have room for a busy machine: each is half as far
 * again, or more, from what is measured on a quiet one, but for the processor time of loading,
 * whose ratio hardly depends on that. They fail when something became twice as slow, not when it
 * became slower by a tenth: that, docs/benchmarks.md shows.
 */
export const STEPS: Readonly<Record<string, Step>> = {
  decode: decodeStep,
  load: loadStep,
  handlers: handlersStep,
};

const MAX_PARSE = 5;

async function decodeStep(size: StepSize): Promise<StepResult> {
  const { events, bytes, times } = await measureDecode(size === "full" ? 200 : 40);
  const value = times.find(({ name }) => name === DECODE_AND_FILTER)?.timesParse ?? Number.NaN;
  return {
    ratios: [{ what: "decode and filter / JSON.parse", value, limit: MAX_PARSE, sign: "at most" }],
    section: [
      `${events.toLocaleString("en-US")} events of a fleet, in both casings, ${fixedText(bytes, 0)} bytes on average:`,
      markdownTable(
        ["decoding", "µs per event", "times `JSON.parse`"],
        times.map(({ name, us, timesParse }) => [name, fixedText(us, 2), fixedText(timesParse, 1)]),
      ),
    ].join("\n\n"),
  };
}

/**
 * The processor time of loading, as a share of the plain client's: about a tenth more than on a
 * quiet machine.
 */
const MAX_LOAD: Readonly<Record<string, number>> = {
  archive: 0.68,
  "node-status": 0.65,
  "time-series": 0.62,
  forward: 0.76,
  hello: 0.62,
  "query-api": 0.72,
};

async function loadStep(size: StepSize): Promise<StepResult> {
  const bundles = await measureBundles(size === "full" ? 25 : 7);
  return {
    ratios: Object.entries(MAX_LOAD).map(([name, limit]) => {
      const value = bundles.find((one) => one.name === name)?.ofPlainClient ?? Number.NaN;
      return {
        what: `processor time of loading ${name} / plain client`,
        value,
        limit,
        sign: "at most",
      };
    }),
    section: markdownTable(
      ["bundle", "KiB", "at start", "zipped", "CPU ms", "of the plain client"],
      bundles.map(({ name, kib, startKib, zippedKib, loadMs, ofPlainClient }) => [
        name,
        kib,
        startKib,
        zippedKib,
        fixedText(loadMs, 1),
        fixedText(ofPlainClient, 2),
      ]),
    ),
  };
}

/** Of processor time only: how long a function waits depends on what else runs on the machine. */
const MIN_CPU: readonly (readonly [job: string, rival: string, times: number])[] = [
  ["archive", "fork pipeline", 8],
  ["node-status", "Powertools", 1.5],
  ["time-series", "Powertools", 5],
];

const FULL_BATCHES = [
  [100, 6],
  [1000, 2],
] as const;

async function handlersStep(size: StepSize): Promise<StepResult> {
  const comparisons = await measureRivals(
    size === "full"
      ? { rounds: 3, batches: FULL_BATCHES, fleetNodes: 1500 }
      : { rounds: 1, batches: [[50, 3]], fleetNodes: 60 },
  );
  const times = ({ job, contender }: Comparison, value: number) =>
    job === contender ? "" : fixedText(value, value < 10 ? 2 : 0);
  return {
    ratios: MIN_CPU.map(([job, rival, limit]) => {
      const found = comparisons.find((one) => one.job === job && one.contender === rival);
      const value = found?.timesOurCpu ?? Number.NaN;
      return { what: `processor time of ${rival} / ours, ${job}`, value, limit, sign: "at least" };
    }),
    section: markdownTable(
      ["job", "batch", "function", "events/s", "times ours", "CPU µs per event", "times ours"],
      comparisons.map((one) => [
        one.job,
        one.batchSize,
        one.contender === one.job ? `**${one.contender}**` : one.contender,
        Math.round(one.eventsPerS),
        times(one, one.timesOurs),
        fixedText(one.cpuUs, 0),
        times(one, one.timesOurCpu),
      ]),
    ),
  };
}
