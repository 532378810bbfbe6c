import { FULL_CPU_MIB } from "@rainhooks/webhook/load";
import type { BatchCost, BatchEstimate } from "../../bench-types.ts";
import { PRICE } from "./prices.ts";

const MIB_PER_GB = 1024;
const MS_PER_S = 1000;

/**
 * Estimates the time of a full batch in Lambda, with the processor of this machine, and the price of a
 * million events in full batches: the longer of the time with services that respond after 5 ms and the time
 * that the function needs with its share of a processor.
 */
export function estimateLambda(
  { batchSize, fixedMs, recordCpuMs, waitMs }: BatchCost,
  memoryMiB: number,
): BatchEstimate {
  const cpuMs = fixedMs + recordCpuMs * batchSize;
  const batchMs = Math.max(cpuMs + waitMs, cpuMs / Math.min(1, memoryMiB / FULL_CPU_MIB));
  const dollars = PRICE.lambdaRequest + (batchMs / MS_PER_S) * (memoryMiB / MIB_PER_GB) * PRICE.lambdaGbS;
  return { batchMs, dollarsPerMillion: (dollars * 1e6) / batchSize };
}
