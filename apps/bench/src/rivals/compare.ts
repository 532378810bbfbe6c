import type { TableDescription } from "@rainhooks/dynamodb";
import { createTable } from "@rainhooks/embedded-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { gate } from "../gate.ts";
import { median } from "../median.ts";
import type { BenchFunction, Invocation } from "../processes/function.ts";
import type { Services } from "../processes/services.ts";

/** Events in the batches in which they are sent. */
export interface Workload<Expected> {
  /** Handled first, without being timed. */
  readonly before: readonly (readonly SQSRecord[])[];
  readonly timed: readonly (readonly SQSRecord[])[];
  /** What must be stored or printed after all events. */
  readonly expected: Expected;
}

/** One of the functions that are compared. */
export interface Contender<Expected> {
  readonly name: string;
  /** Its tables that are not those of a stage. */
  readonly ownTables: readonly TableDescription[];
  /** Where its answers are. Both are checked with the embedded services only: others keep nothing, and would take long for what is sent. */
  readonly answers: "stored" | "sent";
  start(endpoint: string): Promise<BenchFunction>;
  /** Counts the answers that are wrong after a workload. */
  countWrong(services: Services, workload: Workload<Expected>): Promise<number>;
}

/** The same work in several rounds, each with events of its own. */
export interface Series<Expected> {
  readonly name: string;
  readonly batchSize: number;
  readonly rounds: readonly Workload<Expected>[];
}

/** A job that several functions do; ours is the first. */
export interface Job<Expected> {
  readonly name: string;
  readonly contenders: readonly Contender<Expected>[];
  readonly series: readonly Series<Expected>[];
}

/** What a contender took for a series: medians of the rounds. */
export interface Comparison {
  readonly job: string;
  readonly services: string;
  readonly events: string;
  readonly batchSize: number;
  readonly contender: string;
  readonly eventsPerS: number;
  readonly cpuUs: number;
  /** How many times longer it takes than ours, and how much more time of a processor. */
  readonly timesOurs: number;
  readonly timesOurCpu: number;
}

/** The name of services, and whether they keep what is written. */
export interface Setting {
  readonly services: Services;
  readonly name: string;
  readonly keeps: boolean;
}

/** Creates the tables of all rivals of a job. */
export async function createTables(
  { contenders }: { readonly contenders: readonly { readonly ownTables: readonly TableDescription[] }[] },
  { clients }: Services,
): Promise<void> {
  for (const table of contenders.flatMap(({ ownTables }) => ownTables))
    await createTable(clients.dynamodb, table.name, table);
}

/** Runs each series of a job through every contender, in turn in each round. Wrong answers stop it. */
export async function compareJob<Expected>(job: Job<Expected>, setting: Setting): Promise<Comparison[]> {
  const compared: Comparison[] = [];
  for (const series of job.series) compared.push(...(await compareSeries(job, series, setting)));
  return compared;
}

/** Time and processor time per event in a round. */
interface Taken {
  readonly us: number;
  readonly cpuUs: number;
}

async function compareSeries<Expected>(
  { name: job, contenders }: Job<Expected>,
  { name: events, batchSize, rounds }: Series<Expected>,
  setting: Setting,
): Promise<Comparison[]> {
  const taken = contenders.map((): Taken[] => []);
  for (const workload of rounds)
    for (const [index, contender] of contenders.entries())
      taken[index]?.push(await runRound(contender, workload, batchSize, setting));
  const [ours = []] = taken;
  return contenders.map((contender, index) => {
    const own = taken[index] ?? [];
    const ratio = (of: (one: Taken) => number) =>
      median(own.map((one, round) => of(one) / of(ours[round] ?? one)));
    return {
      ...{ job, services: setting.name, events, batchSize, contender: contender.name },
      eventsPerS: 1e6 / median(own.map(({ us }) => us)),
      cpuUs: median(own.map(({ cpuUs }) => cpuUs)),
      timesOurs: ratio(({ us }) => us),
      timesOurCpu: ratio(({ cpuUs }) => cpuUs),
    };
  });
}

async function runRound<Expected>(
  contender: Contender<Expected>,
  workload: Workload<Expected>,
  batchSize: number,
  { services, keeps }: Setting,
): Promise<Taken> {
  const check = async () => {
    const wrong = await contender.countWrong(services, workload);
    gate(wrong === 0, `the answers of ${contender.name} are right (${wrong} are wrong)`);
  };
  if (contender.answers === "sent" && keeps) await check();
  const bench = await contender.start(services.endpoint);
  for (const batch of workload.before) await invoke(contender, bench, batch);
  const invocations: Invocation[] = [];
  for (const batch of workload.timed) invocations.push(await invoke(contender, bench, batch));
  await bench.stop();
  if (contender.answers === "stored" && keeps) await check();
  const perEventUs = (of: (one: Invocation) => number) => (median(invocations.map(of)) * 1000) / batchSize;
  return { us: perEventUs(({ ms }) => ms), cpuUs: perEventUs(({ cpuMs }) => cpuMs) };
}

/** Invokes a contender; none may refuse a record. */
export async function invoke(
  { name }: { readonly name: string },
  bench: BenchFunction,
  batch: readonly SQSRecord[],
): Promise<Invocation> {
  const invocation = await bench.invoke(batch);
  gate(invocation.failedIds.length === 0, `${name} writes every record of a batch`);
  return invocation;
}
