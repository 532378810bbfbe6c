import { SHIPPED } from "@rainhooks/app-list";
import { WORKER_BENCHES } from "@rainhooks/extensions/bench";
import type { BatchCost } from "@rainhooks/extensions/bench-types";
import { type QueuedFunction, triggeredBy } from "@rainhooks/webhook/define-function";
import type { SQSRecord } from "aws-lambda";
import { median } from "../median.ts";
import { type BenchFunction, type Invocation, startShipped } from "../processes/function.ts";
import { startQuickServices } from "../processes/services.ts";
import { fullPayload, usualRecords } from "./payloads.ts";

/** What a batch of a shipped webhook or worker takes. */
export interface HandlerCost extends BatchCost {
  /** Name of the webhook or worker. */
  readonly name: string;
  /** Peak memory of its process with full batches. */
  readonly peakMiB: number;
  /**
   * Peak memory of a new process with 6 MB of records of the usual size, and with 6 MB of records as large as
   * SNS allows.
   */
  readonly usualMiB: number;
  readonly largeMiB: number;
}

const BATCHES = 25;
const WARM_UP = 10;
/** Batches of the largest payload: memory grows until the collector has run a few times. */
const FULL_BATCHES = 3;

/** Measures what batches of each shipped webhook and worker take; each runs in processes of its own. */
export async function measureHandlers(): Promise<readonly HandlerCost[]> {
  const services = await startQuickServices();
  const costs: HandlerCost[] = [];
  const measured = new Set(WORKER_BENCHES.flatMap(({ workers }) => workers));
  for (const definition of triggeredBy(SHIPPED, "topics", "queue"))
    if (definition.trigger === "topics" || measured.has(definition.name))
      costs.push(await measure(definition, services.endpoint));
  await services.stop();
  return costs;
}

async function measure(webhook: QueuedFunction, endpoint: string): Promise<HandlerCost> {
  const { size } = webhook.batch;
  const started = await startShipped(webhook, endpoint);
  const full = await measureBatches(webhook, started, size);
  const single = await measureBatches(webhook, started, 1);
  await started.stop();
  const recordCpuMs = Math.max(0, (full.cpuMs - single.cpuMs) / (size - 1));
  return {
    name: webhook.name,
    batchSize: size,
    recordCpuMs,
    fixedMs: Math.max(0, full.cpuMs - recordCpuMs * size),
    waitMs: full.waitMs,
    peakMiB: full.peakMiB,
    usualMiB: await peakOf(webhook, endpoint, fullPayload(webhook, "usual")),
    largeMiB: await peakOf(webhook, endpoint, fullPayload(webhook, "large")),
  };
}

/** Returns the medians of batches of one size, with new nodes in each. */
async function measureBatches(
  webhook: QueuedFunction,
  started: BenchFunction,
  size: number,
): Promise<Pick<Invocation, "cpuMs" | "peakMiB"> & Pick<HandlerCost, "waitMs">> {
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
  for (let batch = 0; batch < FULL_BATCHES; batch += 1) ({ peakMiB } = await started.invoke(records));
  await started.stop();
  return peakMiB;
}
