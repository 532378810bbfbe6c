import { SHIPPED } from "@rainhooks/app-webhook-list";
import { DECODE_AND_FILTER } from "../decode.ts";
import type { Comparison } from "../rivals/compare.ts";
import { DISTINCT } from "../rivals/job-list.ts";
import { CHOICES, ourDollars, rivalDollars } from "../rivals/money/choices.ts";
import { totalOf } from "../rivals/money/dollars.ts";
import type { Figures } from "./figures.ts";
import { fixed, markdownTable } from "./markdown.ts";
import { type Reason, reasonFor } from "./reasons.ts";

/** A figure that should not be above, or not below, a limit. */
interface Target {
  readonly what: string;
  /** The figure before this work began. */
  readonly before: string;
  readonly target: string;
  readonly now: string;
  /** By how much it is missed; 0 or less if it is reached; `undefined` if that is no number. */
  readonly missedBy: number | undefined;
  readonly reason?: Reason;
}

/** Bundles of the jobs that every event, or every reading, goes through. */
const JOBS: ReadonlySet<string> = new Set(SHIPPED.map(({ name }) => name));
const MAX_PARSE = 3;
const MAX_LOAD = 0.45;
const MAX_KIB = 270;
const MAX_TESTS_S = 240;

/** Returns the table of targets, and why some are missed. */
export function targetsSection(figures: Figures): string {
  const targets = targetsOf(figures);
  const missed = targets.filter(({ missedBy = 0 }) => missedBy > 0);
  return [
    "### Targets",
    "",
    markdownTable(
      ["what", "before", "target", "now", ""],
      targets.map(({ what, before, target, now, missedBy }) => [
        what,
        before,
        target,
        now,
        verdict(missedBy),
      ]),
    ),
    ...missed.flatMap(({ what, reason }) =>
      reason === undefined ? [] : ["", `**${what}**: ${reasonFor(reason)}`],
    ),
  ].join("\n");
}

function verdict(missedBy: number | undefined): string {
  if (missedBy === undefined) return "";
  return missedBy > 0 ? `missed by ${fixed(missedBy * 100, 0)} %` : "reached";
}

function targetsOf(figures: Figures): Target[] {
  return [
    decodeTarget(figures),
    ...handlerTargets(figures),
    ...bundleTargets(figures),
    ...dollarTargets(figures),
    ...testTargets(figures),
  ];
}

function decodeTarget({ decode }: Figures): Target {
  const times = decode.times.find(({ name }) => name === DECODE_AND_FILTER)?.timesParse ?? Number.NaN;
  return {
    what: "decode and filter, compared with `JSON.parse` of the same bytes",
    ...{ before: "9.7 to 11.2", target: `at most ${MAX_PARSE}`, now: fixed(times, 1) },
    missedBy: Math.round(times * 10) / 10 / MAX_PARSE - 1,
    reason: "decode",
  };
}

/** Which rival each job had before, how many times faster ours was, and how much less of a processor it took. */
const HANDLERS_BEFORE = [
  { job: "archive", rival: "fork pipeline", times: 44, cpu: 36, reason: "archive", cpuReason: "archive-cpu" },
  {
    job: "time-series",
    rival: "Powertools",
    times: 10.9,
    cpu: 16,
    reason: "time-series",
    cpuReason: "time-series",
  },
  {
    job: "node-status",
    rival: "Powertools, row only",
    times: 5,
    cpu: 5.9,
    reason: "node-status",
    cpuReason: "node-status-cpu",
  },
] as const;

function handlerTargets({ handlers }: Figures): Target[] {
  return HANDLERS_BEFORE.flatMap(({ job, rival, times, cpu, reason, cpuReason }) => {
    const found = fleetComparison(handlers.comparisons, job, rival);
    if (found === undefined) return [];
    return [
      {
        what: `events/s of ${job}, compared with ${rival}, batches of ${found.batchSize.toLocaleString("en-US")}`,
        ...{ before: `${times} times`, target: `at least ${times} times` },
        now: `${fixed(found.timesOurs, 1)} times`,
        missedBy: 1 - found.timesOurs / times,
        reason,
      },
      {
        what: `processor time of ${job}, compared with ${rival}`,
        ...{ before: `${cpu} times`, target: `at least ${cpu} times` },
        now: `${fixed(found.timesOurCpu, 1)} times`,
        missedBy: 1 - found.timesOurCpu / cpu,
        reason: cpuReason,
      },
    ];
  });
}

/** Returns what a rival took for the events of a fleet, with the embedded services and the largest batches. */
function fleetComparison(
  comparisons: readonly Comparison[],
  job: string,
  rival: string,
): Comparison | undefined {
  return comparisons
    .filter((one) => one.job === job && one.contender === rival && one.services === "embedded")
    .filter(({ events }) => events !== DISTINCT)
    .toSorted((a, b) => b.batchSize - a.batchSize)[0];
}

function bundleTargets({ bundles }: Figures): Target[] {
  const own = bundles.filter(({ name }) => JOBS.has(name));
  const range = (values: readonly number[], digits: number) =>
    `${fixed(Math.min(...values), digits)} to ${fixed(Math.max(...values), digits)}`;
  const loads = own.map(({ ofPlainClient }) => ofPlainClient);
  const sizes = own.map(({ kib }) => kib);
  const atStart = own.map(({ startKib }) => startKib);
  return [
    {
      what: "time to load a bundle, compared with a plain client of the SDK",
      ...{ before: "0.51 to 0.62", target: `at most ${MAX_LOAD}`, now: range(loads, 2) },
      missedBy: Math.max(...loads) / MAX_LOAD - 1,
      reason: "load",
    },
    {
      what: "KiB of a bundle, all of it",
      ...{ before: "375 to 438", target: `at most ${MAX_KIB}`, now: range(sizes, 0) },
      missedBy: Math.max(...sizes) / MAX_KIB - 1,
      reason: "kib",
    },
    {
      what: "KiB that are loaded at start",
      ...{ before: "257 to 351", target: `at most ${MAX_KIB}`, now: range(atStart, 0) },
      missedBy: Math.max(...atStart) / MAX_KIB - 1,
    },
  ];
}

/** Dollars compared with those of rivals with the same features: before, and at most. */
const DOLLARS = { chatter: [0.46, 0.35], steady: [0.56, 0.45], reconnect: [0.74, 0.5] } as const;

function dollarTargets({ handlers }: Figures): Target[] {
  return handlers.scenarios.map((counted) => {
    const [before, most] = DOLLARS[counted.name];
    const rivals = totalOf(rivalDollars(counted));
    const ratios = CHOICES.map((choice) => totalOf(ourDollars(counted, choice)) / rivals);
    const [byItself = Number.NaN] = ratios;
    return {
      what: `dollars of a million events, ${counted.name}, compared with the rivals`,
      ...{ before: fixed(before, 2), target: `at most ${fixed(most, 2)}` },
      now: `${fixed(byItself, 2)}; at least ${fixed(Math.min(...ratios), 2)} with choices`,
      // A target is reached by what a stage has by itself, without a choice.
      missedBy: Math.round(byItself * 100) / 100 / most - 1,
      reason: "dollars",
    };
  });
}

function testTargets({ tests, installed }: Figures): Target[] {
  const size = `${fixed(installed.mib, 0)} MB, ${fixed(installed.withInfraMib, 0)} with the infrastructure`;
  return [
    ...(tests === undefined
      ? []
      : [
          {
            what: "all tests, on two processors",
            ...{ before: "466 s", target: `at most ${MAX_TESTS_S} s` },
            now: `${fixed(tests.seconds, 0)} s (${tests.summary})`,
            missedBy: tests.seconds / MAX_TESTS_S - 1,
            reason: "tests" as const,
          },
        ]),
    {
      what: "what is installed",
      ...{ before: "541 MB, 962 with the infrastructure", target: "nothing that is not used", now: size },
      // That no dependency is unused, knip says in `npm run check`.
      missedBy: undefined,
    },
  ];
}
