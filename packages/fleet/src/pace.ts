import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core";

/** How often things happen to a fleet, and what happens once to all of it. */
export interface FleetPace {
  /** How many times less often than in a real fleet: the same number of messages is about so much more time. */
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

/** How often the pace is corrected: some things do not happen less often, such as nights. */
const ROUNDS = 4;
const [OUTAGE_BEFORE_END_MS, LOSS_BEFORE_END_MS] = [10 * HOUR_MS, 16 * HOUR_MS];

/**
 * Returns the pace at which messages are about some days, with a release after a third of them and an outage in the last night.
 *
 * @param lengthAt Returns the time that they are about at a pace, milliseconds.
 */
export function paceOfDays(days: number, lengthAt: (pace: FleetPace) => number): FleetPace {
  const lengthMs = days * DAY_MS;
  const paceAt = (stretch: number): FleetPace => ({
    ...{ stretch, releaseAfterMs: lengthMs / 3 },
    outage: { afterMs: Math.max(0, lengthMs - OUTAGE_BEFORE_END_MS), lengthMs: 50 * MINUTE_MS },
    loss: { afterMs: Math.max(0, lengthMs - LOSS_BEFORE_END_MS), lengthMs: 365 * DAY_MS },
  });
  let pace = paceAt(1);
  for (let round = 0; round < ROUNDS; round++)
    pace = paceAt(Math.max(1, (pace.stretch * lengthMs) / Math.max(HOUR_MS, lengthAt(pace))));
  return pace;
}
