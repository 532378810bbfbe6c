import { attempts } from "@rainhooks/app-attempts/worker";
import { forward } from "@rainhooks/app-forward/webhook";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";
import { median } from "../median.ts";
import type { Invocation } from "../processes/function.ts";
import { type QuickServices, startQuickServices } from "../processes/services.ts";
import { costTable, type FunctionCost } from "./cost.ts";
import { destinationItems, type ForwardFunction, forwardRecords, startForwardFunction } from "./functions.ts";
import { type Receivers, startReceivers } from "./receivers.ts";

const SIZES = [10, 50, 100];
const BATCHES = 30;
const WARM_UP = 12;

/** Describes what the functions of forwarding take for an event to one destination, and what a million of them cost. */
export async function benchForward(): Promise<string> {
  const measured = await measureForward(SIZES);
  return [
    "The functions of forwarding: events to one destination in another process, services that respond after 5 ms",
    formatTable(HEADER, measured.map(rowOf)),
    "",
    costTable(measured.filter(({ name, size }) => size === SIZE_OF[name])),
  ].join("\n");
}

/** Measures what the functions of forwarding take with batches of some sizes; by default those with which they are deployed. */
export async function measureForward(sizes?: readonly number[]): Promise<readonly FunctionCost[]> {
  const receivers = await startReceivers();
  const quick = await startQuickServices();
  await quick.scanFinds(await destinationItems(receivers.urls.quick));
  const measured: FunctionCost[] = [];
  for (const name of ["forward", "attempts"] as const)
    for (const size of sizes ?? [SIZE_OF[name]]) measured.push(await measure(name, size, quick, receivers));
  await Promise.all([quick, receivers].map((one) => one.stop()));
  return measured;
}

const SIZE_OF: Readonly<Record<ForwardFunction, number>> = {
  forward: forward.batch.size,
  attempts: attempts.batch.size,
};

const HEADER = [
  ...["function", "batch", "events/s of a core", "events/s of an invocation", "CPU ms per event"],
  ...["ms per batch", "peak MiB", "requests per event"],
];

function rowOf({ name, size, cpuMs, batchMs, peakMiB, calls }: FunctionCost): (string | number)[] {
  const requests = Object.entries(calls).map(([call, perEvent]) => `${call} ${perEvent.toFixed(3)}`);
  return [
    ...[name, size, Math.round((size * 1000) / cpuMs), Math.round((size * 1000) / batchMs)],
    ...[Number((cpuMs / size).toFixed(2)), Math.round(batchMs), Math.round(peakMiB), requests.join(", ")],
  ];
}

async function measure(
  name: ForwardFunction,
  size: number,
  quick: QuickServices,
  receivers: Receivers,
): Promise<FunctionCost> {
  const started = await startForwardFunction(name, quick.endpoint, receivers.urls.quick);
  await receivers.take("quick");
  const taken: Invocation[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    if (batch === WARM_UP) await quick.takeCalls();
    const invocation = await started.invoke(forwardRecords(name, size, batch * size));
    gate(invocation.failedIds.length === 0, `${name} handles every record of a batch`);
    taken.push(invocation);
  }
  const calls = await quick.takeCalls();
  await started.stop();
  const arrived = new Set((await receivers.take("quick")).map(({ id }) => id)).size;
  gate(name === "forward" || arrived === BATCHES * size, "every event arrives");
  const timed = taken.slice(WARM_UP);
  const events = size * timed.length;
  gate(name !== "forward" || (calls["SendMessageBatch"] ?? 0) >= events / 10, "every event is sent on");
  return {
    name,
    size,
    cpuMs: median(timed.map(({ cpuMs }) => cpuMs)),
    waitMs: median(timed.map(({ idleMs }) => idleMs)),
    batchMs: median(timed.map(({ ms }) => ms)),
    peakMiB: Math.max(...taken.map(({ peakMiB }) => peakMiB)),
    calls: Object.fromEntries(Object.entries(calls).map(([call, count]) => [call, count / events])),
  };
}
