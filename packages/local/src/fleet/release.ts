import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { Chance } from "../aws/chance.ts";

/** A firmware update of the whole fleet, in waves. */
interface Release {
  readonly version: string;
  readonly jobId: string;
  readonly bytes: number;
  readonly atMs: number;
}

const BETWEEN_MS = 72 * HOUR_MS;

/** Returns a release by its number, from 1. */
export function releaseOf(number: number, firstMs: number): Release {
  return {
    version: `1.${number}.0`,
    jobId: `job-${number}`,
    bytes: 1_048_576 + number,
    atMs: firstMs + (number - 1) * BETWEEN_MS,
  };
}

/**
 * Returns the delay of a node's update after the release: one in ten at once, the others in the next hours.
 */
export function waveDelayMs(chance: Chance): number {
  return chance.happens(0.1) ? chance.int(0, 10 * MINUTE_MS) : chance.int(2 * HOUR_MS, 8 * HOUR_MS);
}
