import type { HandlerCost } from "./measure-handlers.ts";

/** Lambda gives a function one processor at this much memory, and less in proportion. Source: AWS Lambda developer guide, "Memory". */
export const MIB_PER_PROCESSOR = 1769;

/** List prices in dollars: us-east-1, arm64, November 2026. Source: the pricing page of AWS Lambda. */
const GB_S = 0.0000133334;
const REQUEST = 0.2 / 1e6;
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
  const batchMs = Math.max(cpuMs + waitMs, cpuMs / Math.min(1, memoryMiB / MIB_PER_PROCESSOR));
  const dollars = REQUEST + (batchMs / MS_PER_S) * (memoryMiB / MIB_PER_GB) * GB_S;
  return { batchMs, dollarsPerMillion: (dollars * 1e6) / batchSize };
}
