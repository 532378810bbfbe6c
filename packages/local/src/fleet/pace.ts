import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { Chance } from "../aws/chance.ts";

/** How often events happen in a fleet, and the events that happen once to all of it. */
export interface FleetPace {
  /**
   * How many times less often than in a real fleet: the same number of messages is about so much
   * more time.
   */
  readonly stretch: number;
  /** When the first firmware is released, after the start. */
  readonly releaseAfterMs: number;
  /** When the nodes of one site are offline together, after the start; absent if they never are. */
  readonly outage?: FleetOutage | undefined;
  /** When one node is gone for good. */
  readonly loss?: FleetOutage | undefined;
}

/** A time in which nodes are offline, after the start. */
export interface FleetOutage {
  readonly afterMs: number;
  readonly lengthMs: number;
}

/** The pace of a real fleet. */
export const REAL_PACE: FleetPace = { stretch: 1, releaseAfterMs: 30 * MINUTE_MS };

/** How often the pace is corrected, and the slowest one. */
const ROUNDS = 12;
const MAX_STRETCH = 200;
const OUTAGE_BEFORE_END_MS = 10 * HOUR_MS;
const LOSS_BEFORE_END_MS = 16 * HOUR_MS;

/**
 * Returns the pace at which some days have up to a number of messages, with a release after a third
 * of them, an outage in the last night, and a node that is gone.
 *
 * @param messagesAt Returns how many messages there are in these days at a pace.
 */
export function paceOfDays(
  days: number,
  messages: number,
  messagesAt: (pace: FleetPace) => number,
): FleetPace {
  const lengthMs = days * DAY_MS;
  const paceAt = (stretch: number): FleetPace => ({
    stretch,
    releaseAfterMs: lengthMs / 3,
    outage: { afterMs: Math.max(0, lengthMs - OUTAGE_BEFORE_END_MS), lengthMs: 50 * MINUTE_MS },
    loss: { afterMs: Math.max(0, lengthMs - LOSS_BEFORE_END_MS), lengthMs: 365 * DAY_MS },
  });
  let fast = 1;
  let slow = MAX_STRETCH;
  for (let round = 0; round < ROUNDS; round++) {
    const middle = Math.sqrt(fast * slow);
    if (messagesAt(paceAt(middle)) > messages) fast = middle;
    else slow = middle;
  }
  return paceAt(slow);
}

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
 * Returns the delay of a node's update after the release: one in ten at once, the others in the
 * next hours.
 */
export function waveDelayMs(chance: Chance): number {
  return chance.happens(0.1) ? chance.int(0, 10 * MINUTE_MS) : chance.int(2 * HOUR_MS, 8 * HOUR_MS);
}
