import { isDeepStrictEqual } from "node:util";
import { gate } from "@rainhooks/testing/gate";
import { median } from "../median.ts";
import type { BenchFunction, Invocation } from "../processes/function.ts";
import type { Services } from "../processes/services.ts";
import type { MessageWithTruth, Results, Workload } from "./workloads.ts";

/** One of the functions that are compared. */
export interface Contender {
  readonly name: string;
  start(endpoint: string): Promise<BenchFunction>;
  /** Returns its results after a workload. */
  resultsOf(services: Services, workload: Workload): Promise<Results>;
}

/** A job that several functions do; ours is the first. */
export interface Job {
  readonly name: string;
  readonly contenders: readonly Contender[];
  /** Makes batches of the events of a fleet. */
  workloadOf(fleet: readonly MessageWithTruth[], batchSize: number, batches: number): Workload;
}

/** What a contender took for batches of a size: medians of the rounds. */
export interface Comparison {
  readonly job: string;
  readonly batchSize: number;
  readonly contender: string;
  readonly eventsPerS: number;
  readonly cpuUs: number;
  /** How many times longer it takes than ours, and how much more time of a processor. */
  readonly timesOurs: number;
  readonly timesOurCpu: number;
}

/** Time and processor time per event in a round. */
interface Taken {
  readonly us: number;
  readonly cpuUs: number;
}

/**
 * Runs each fleet's events through every contender, in turn in each round. Wrong results stop it.
 */
export async function compareBatches(
  { name: job, contenders, workloadOf }: Job,
  [batchSize, batches]: readonly [size: number, batches: number],
  fleets: readonly (readonly MessageWithTruth[])[],
  services: Services,
): Promise<Comparison[]> {
  const taken = contenders.map((): Taken[] => []);
  for (const workload of fleets.map((fleet) => workloadOf(fleet, batchSize, 2 * batches)))
    for (const [index, contender] of contenders.entries())
      taken[index]?.push(await runRound(contender, workload, batchSize, services));
  const [ours = []] = taken;
  return contenders.map((contender, index) => {
    const own = taken[index] ?? [];
    const ratio = (of: (one: Taken) => number) =>
      median(own.map((one, round) => of(one) / of(ours[round] ?? one)));
    return {
      job,
      batchSize,
      contender: contender.name,
      eventsPerS: 1e6 / median(own.map(({ us }) => us)),
      cpuUs: median(own.map(({ cpuUs }) => cpuUs)),
      timesOurs: ratio(({ us }) => us),
      timesOurCpu: ratio(({ cpuUs }) => cpuUs),
    };
  });
}

async function runRound(
  contender: Contender,
  workload: Workload,
  batchSize: number,
  services: Services,
): Promise<Taken> {
  const bench = await contender.start(services.endpoint);
  const invocations: Invocation[] = [];
  for (const batch of [...workload.before, ...workload.timed])
    invocations.push(await bench.invoke(batch));
  await bench.stop();
  const wrong = countWrong(await contender.resultsOf(services, workload), workload.expected);
  gate(wrong === 0, `the results of ${contender.name} are right (${wrong} are wrong)`);
  const timed = invocations.slice(workload.before.length);
  const perEventUs = (of: (one: Invocation) => number) =>
    (median(timed.map(of)) * 1000) / batchSize;
  return { us: perEventUs(({ ms }) => ms), cpuUs: perEventUs(({ cpuMs }) => cpuMs) };
}

function countWrong(results: Results, expected: Results): number {
  const right = [...expected].filter(
    ([key, value]) => results.has(key) && isDeepStrictEqual(results.get(key), value),
  );
  return Math.max(results.size, expected.size) - right.length;
}
