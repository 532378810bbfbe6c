import { DAY_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { randomFrom } from "./random.ts";

/** How long a fleet is played, and what happens. */
export interface Week {
  readonly startMs: number;
  readonly nodes: number;
  readonly days: number;
  readonly dropsPerDay: number;
  /** How often most of the fleet drops at once. */
  readonly outages: number;
  /** How often functions end in the middle of a write or a sweep. */
  readonly kills: number;
  /** From how many hours on a node that sends nothing is an alarm. */
  readonly quietHours: number;
}

/**
 * When a node drops and comes back, in turn, epoch milliseconds. Before, it is online from the
 * start on. One that never drops sends a change of its parameters at the start, and nothing else is
 * known of it.
 */
export type Life = readonly number[];

/**
 * Returns what happens to each node: most drop for a short time, some in bursts, and sometimes most
 * of the fleet drops at once.
 */
export function livesOf(week: Week, seed: number): Life[] {
  const random = randomFrom(seed);
  const lives: Life[] = Array.from({ length: week.nodes }, () => lifeOf(week, random));
  for (let index = 0; index < week.outages; index += 1) {
    const atMs = week.startMs + Math.floor(((index + 0.5) * week.days * DAY_MS) / week.outages);
    const fromMs = atMs - (atMs % MINUTE_MS) + 10 * SECOND_MS;
    const outage = { fromMs, toMs: fromMs + (OUTAGES_MS[index % OUTAGES_MS.length] ?? 0) };
    for (const [node, life] of lives.entries()) lives[node] = withOutage(life, outage, random);
  }
  // Of the one with the fewest changes, nothing is known of its connection: it sends one event,
  // which comes late.
  const fewest = Math.min(...lives.map(({ length }) => length));
  return lives.with(
    lives.findIndex(({ length }) => length === fewest),
    [],
  );
}

/** How long outages of the fleet are, in turn: the first one begins and ends between two sweeps. */
const OUTAGES_MS = [35 * SECOND_MS, 20 * MINUTE_MS, 4 * MINUTE_MS];
/** Drops of a burst: enough to flap. */
const BURST = 6;

function lifeOf({ startMs, days, dropsPerDay }: Week, random: () => number): number[] {
  const endMs = startMs + days * DAY_MS;
  const changes: number[] = [];
  let atMs = startMs + MINUTE_MS;
  for (let left = 0; ; left -= 1) {
    if (left === 0) {
      atMs += Math.ceil((-Math.log(1 - random()) * DAY_MS) / dropsPerDay);
      left = random() < 0.03 ? BURST : 1;
    }
    const awayMs = Math.ceil(
      left > 1 ? 20 * SECOND_MS + random() * 40 * SECOND_MS : lengthOf(random),
    );
    if (atMs + awayMs >= endMs) return changes;
    changes.push(atMs, atMs + awayMs);
    atMs += awayMs + Math.ceil(10 * SECOND_MS + random() * MINUTE_MS);
  }
}

/** Half of the drops are shorter than a sweep. */
function lengthOf(random: () => number): number {
  const kind = random();
  if (kind < 0.5) return SECOND_MS + random() * 50 * SECOND_MS;
  return kind < 0.8
    ? MINUTE_MS + random() * 8 * MINUTE_MS
    : 5 * MINUTE_MS + random() * 55 * MINUTE_MS;
}

const DROPPING_SHARE = 0.75;
/** Share of the nodes that stay away for longer than an outage of the fleet. */
const STAYING_SHARE = 0.1;

/** A node that is online takes part in an outage of the fleet, or does not. */
function withOutage(
  life: Life,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  random: () => number,
): Life {
  const spreadMs = Math.min(20 * SECOND_MS, (toMs - fromMs) / 4);
  const isDropping = random() < DROPPING_SHARE;
  const staysMs = random() < STAYING_SHARE ? random() * 40 * MINUTE_MS : 0;
  const dropsMs = Math.ceil(fromMs + random() * spreadMs);
  const returnsMs = Math.ceil(toMs - random() * spreadMs + staysMs);
  const index = life.findLastIndex((atMs) => atMs < dropsMs + 10 * SECOND_MS) + 1;
  const isFree = (life[index - 1] ?? 0) < dropsMs - 10 * SECOND_MS;
  const isBackInTime = (life[index] ?? Number.POSITIVE_INFINITY) > returnsMs + 10 * SECOND_MS;
  if (!isDropping || index % 2 === 1 || !isFree || !isBackInTime) return life;
  return life.toSpliced(index, 0, dropsMs, returnsMs);
}
