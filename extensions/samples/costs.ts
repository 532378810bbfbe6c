import type { Usage } from "@rainhooks/stage/cost/usage";

/**
 * Samples of the fleet: how many a month, and the read units that a node takes. A tenth is offline.
 */
const SAMPLES = 12 * 24 * 30;
/**
 * Nodes up to which each sample counts all, and number of samples of which one does so at least.
 */
const FULL_SAMPLE_NODES = 10_000;
const FULL_SAMPLE_EVERY = 12;
/** A shard of an index that is read takes half a unit even if it is empty; there are 32. */
export const MIN_SAMPLE_READS = 16;
/** A sample usually has 1 or 2 KB. */
export const SAMPLE_WRITES = 2;
/** Time of a sample, and of each node when all are counted, with a gigabyte of memory. */
const SAMPLE_MS = 100;
const FULL_SAMPLE_MS_PER_NODE = 0.0026;
export const SAMPLE_READS_PER_NODE = 0.0013;
export const FULL_SAMPLE_READS_PER_NODE = 0.0075;

/** Returns what samples of a fleet take in a month. */
export function samplesUsage(nodes: number): Usage {
  const full = SAMPLES / Math.min(FULL_SAMPLE_EVERY, Math.max(1, nodes / FULL_SAMPLE_NODES));
  const cpuMs = full * nodes * FULL_SAMPLE_MS_PER_NODE + SAMPLES * SAMPLE_MS;
  return {
    dynamoRead:
      SAMPLES * Math.max(MIN_SAMPLE_READS, nodes * SAMPLE_READS_PER_NODE) +
      full * Math.max(MIN_SAMPLE_READS, nodes * FULL_SAMPLE_READS_PER_NODE),
    dynamoWrite: SAMPLES * SAMPLE_WRITES,
    lambdaRequest: SAMPLES,
    lambdaGbS: cpuMs / 1000,
  };
}
