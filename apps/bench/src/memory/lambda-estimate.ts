import { PRICE } from "@rainhooks/capacity";
import { FULL_CPU_MIB } from "@rainhooks/webhook/define";
import type { HandlerCost } from "./measure-handlers.ts";

const MIB_PER_GB = 1024;
const MS_PER_S = 1000;

/** An estimate, with the processor of this machine. */
export interface LambdaEstimate {
  readonly batchMs: number;
  /** Dollars of Lambda for a million events in full batches. */
  readonly dollarsPerMillion: number;
}

/**
 * Estimates the time of a full batch in Lambda and its price: the longer of the time with services that respond after 5 ms and the
 * time that the function needs with its share of a processor.
 */
export function estimateLambda(
  { batchSize, fixedMs, recordCpuMs, waitMs }: HandlerCost,
  memoryMiB: number,
): LambdaEstimate {
  const cpuMs = fixedMs + recordCpuMs * batchSize;
  const batchMs = Math.max(cpuMs + waitMs, cpuMs / Math.min(1, memoryMiB / FULL_CPU_MIB));
  const dollars = PRICE.lambdaRequest + (batchMs / MS_PER_S) * (memoryMiB / MIB_PER_GB) * PRICE.lambdaGbS;
  return { batchMs, dollarsPerMillion: (dollars * 1e6) / batchSize };
}
