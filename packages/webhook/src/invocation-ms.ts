import { FULL_CPU_MIB, type Load } from "./load.ts";

/** Memory with which the times of a {@link Load} are measured. */
const MEASURED_MIB = 1024;

/**
 * Returns the milliseconds of an invocation. Lambda gives CPU in proportion to memory, and these
 * functions use one.
 */
export function invocationMs(
  { batchMs, recordMs, recordWaitMs = 0 }: Load,
  records: number,
  memoryMiB: number,
): number {
  const busyMs =
    ((batchMs + recordMs * records) * MEASURED_MIB) / Math.min(memoryMiB, FULL_CPU_MIB);
  return busyMs + recordWaitMs * records;
}
