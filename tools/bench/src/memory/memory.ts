import { SHIPPED } from "@rainhooks/app-list";
import { WORKER_BENCHES } from "@rainhooks/extensions/bench";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { type QueuedFunction, triggeredBy } from "@rainhooks/webhook/define-function";
import type { SQSRecord } from "aws-lambda";
import { median } from "../median.ts";
import { type BenchFunction, type Invocation, startShipped } from "../processes/function.ts";
import { startQuickServices } from "../processes/services.ts";
import { fullPayload, usualRecords } from "./payloads.ts";

const BATCHES = 25;
const WARM_UP = 10;
/** Batches of the largest payload: memory grows until the collector has run a few times. */
const FULL_BATCHES = 3;

/** Measures the memory of each shipped webhook and worker, and the time of its batches. */
export async function benchMemory(): Promise<string> {
  const services = await startQuickServices();
  const measured = new Set(WORKER_BENCHES.flatMap(({ workers }) => workers));
  const rows: (string | number)[][] = [];
  for (const definition of triggeredBy(SHIPPED, "topics", "queue"))
    if (definition.trigger === "topics" || measured.has(definition.name))
      rows.push(await measure(definition, services.endpoint));
  await services.stop();
  return [
    "Peak memory in MiB, with full batches and with 6 MB of usual and of large records; milliseconds of a full batch with services that respond after 5 ms",
    formatTable(
      [
        "function",
        "batch",
        "full batches",
        "6 MB usual",
        "6 MB large",
        "CPU per batch",
        "per record",
        "together",
        "waiting",
      ],
      rows,
    ),
  ].join("\n");
}

/** Measures a function in processes of its own; returns its row of the table. */
async function measure(webhook: QueuedFunction, endpoint: string): Promise<(string | number)[]> {
  const { size } = webhook.batch;
  const started = await startShipped(webhook, endpoint);
  const full = await measureBatches(webhook, started, size);
  const single = await measureBatches(webhook, started, 1);
  await started.stop();
  const recordMs = Math.max(0, (full.cpuMs - single.cpuMs) / (size - 1));
  const fixedMs = Math.max(0, full.cpuMs - recordMs * size);
  const usualMiB = await peakOf(webhook, endpoint, fullPayload(webhook, "usual"));
  const largeMiB = await peakOf(webhook, endpoint, fullPayload(webhook, "large"));
  return [
    webhook.name,
    size,
    ...[full.peakMiB, usualMiB, largeMiB].map(Math.round),
    ...[fixedMs, recordMs, full.cpuMs, full.waitMs].map((ms) => Number(ms.toPrecision(3))),
  ];
}

/** Returns the medians of batches of one size, with new nodes in each. */
async function measureBatches(
  webhook: QueuedFunction,
  started: BenchFunction,
  size: number,
): Promise<Pick<Invocation, "cpuMs" | "peakMiB"> & { readonly waitMs: number }> {
  const taken: Invocation[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1)
    taken.push(await started.invoke(usualRecords(webhook, size, batch * size)));
  const timed = taken.slice(WARM_UP);
  return {
    waitMs: median(timed.map(({ idleMs }) => idleMs)),
    cpuMs: median(timed.map(({ cpuMs }) => cpuMs)),
    peakMiB: Math.max(...taken.map(({ peakMiB }) => peakMiB)),
  };
}

async function peakOf(
  webhook: QueuedFunction,
  endpoint: string,
  records: readonly SQSRecord[],
): Promise<number> {
  const started = await startShipped(webhook, endpoint);
  let peakMiB = 0;
  for (let batch = 0; batch < FULL_BATCHES; batch += 1)
    ({ peakMiB } = await started.invoke(records));
  await started.stop();
  return peakMiB;
}
