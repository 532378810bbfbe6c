import type { RainmakerEvent } from "@rainhooks/core";
import { eventOf, type Fault, type PlayedStage } from "./played-stage.ts";

const SECOND = 1000;
const MIN = 60_000;
const DAY = 86_400_000;

/** Returns numbers from 0 to 1 that follow from a seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How long a fleet is played. */
export interface Week {
  readonly startMs: number;
  readonly nodes: number;
  readonly days: number;
  readonly dropsPerDay: number;
  /** Minutes in which functions end in the middle of a write or a sweep. */
  readonly kills: number;
}

/** Returns when each node drops and comes back, in turn: most of them for a short time; some in bursts. */
export function livesOf(week: Week, seed: number): number[][] {
  const random = randomFrom(seed);
  return Array.from({ length: week.nodes }, () => lifeOf(week, random));
}

function lifeOf({ startMs, days, dropsPerDay }: Week, random: () => number): number[] {
  const endMs = startMs + days * DAY;
  const changes: number[] = [];
  let atMs = startMs + MIN;
  for (let left = 0; ; left -= 1) {
    if (left === 0) {
      atMs += Math.ceil((-Math.log(1 - random()) * DAY) / dropsPerDay);
      left = random() < 0.03 ? BURST : 1;
    }
    const awayMs = Math.ceil(left > 1 ? 20 * SECOND + random() * 40 * SECOND : lengthOf(random));
    if (atMs + awayMs >= endMs) return changes;
    changes.push(atMs, atMs + awayMs);
    atMs += awayMs + Math.ceil(10 * SECOND + random() * MIN);
  }
}

/** Drops of a burst: enough to flap. */
const BURST = 6;

/** Half of the drops are shorter than a sweep. */
function lengthOf(random: () => number): number {
  const kind = random();
  if (kind < 0.5) return SECOND + random() * 50 * SECOND;
  return kind < 0.8 ? MIN + random() * 8 * MIN : 5 * MIN + random() * 55 * MIN;
}

interface Arrival {
  readonly atMs: number;
  readonly event: RainmakerEvent;
}

/** Returns the deliveries of a fleet by the minute in which they arrive: one of a hundred comes two hours late, one of ten twice. */
function arrivalsOf({ startMs }: Week, lives: readonly (readonly number[])[], random: () => number) {
  const byMinute = new Map<number, Arrival[]>();
  const add = (event: RainmakerEvent, delayMs: number) => {
    const atMs = event.atMs + delayMs;
    const minute = Math.ceil((atMs - startMs) / MIN);
    const arrivals = byMinute.get(minute) ?? [];
    byMinute.set(minute, arrivals);
    arrivals.push({ atMs, event });
  };
  for (const [node, changes] of lives.entries())
    for (const [index, atMs] of [startMs, ...changes].entries()) {
      const type = index % 2 === 0 ? "node_connected" : "node_disconnected";
      const event = eventOf(type, atMs, { node_id: `n${node}` });
      add(event, random() < 0.01 ? 120 * MIN : random() * 30 * SECOND);
      if (random() < 0.1) add(event, random() * 30 * MIN);
    }
  return byMinute;
}

const FAULT_SHARE = 0.05;
/** Deliveries of a batch of the function. */
const BATCH = 100;
/** After the last event, sweeps until everything that is late has come and every time is over. */
const REST_MIN = 150;

/**
 * Plays a fleet minute by minute, with a sweep in each. A share of the calls of the function and of the sweeps fail; failed deliveries come again.
 *
 * @param seed Decides the delays, copies, order and faults.
 */
export async function playWeek(
  stage: PlayedStage,
  week: Week,
  lives: readonly (readonly number[])[],
  seed: number,
): Promise<{ readonly deliveries: number }> {
  const random = randomFrom(seed);
  const arrivals = arrivalsOf(week, lives, random);
  const minutes = week.days * 1440;
  const kills = new Set(Array.from({ length: week.kills }, () => 1 + Math.floor(random() * (minutes - 1))));
  let deliveries = 0;
  let again: RainmakerEvent[] = [];
  for (let minute = 0; minute <= minutes + REST_MIN; minute += 1) {
    stage.nowMs = week.startMs + minute * MIN;
    const isFaulty = minute <= minutes;
    const due = [...again, ...(arrivals.get(minute) ?? []).map(({ event }) => event)];
    shuffle(due, random);
    deliveries += due.length;
    again = await deliverAll(stage, due, isFaulty ? () => randomFault(random) : () => undefined);
    if (kills.has(minute)) await stage.killedSweep(1 + Math.floor(random() * 80), random() < 0.5);
    else if (isFaulty && random() < FAULT_SHARE)
      await stage.killedSweep(1 + Math.floor(random() * 60), false);
    else await stage.sweep();
  }
  return { deliveries };
}

function randomFault(random: () => number): Fault {
  if (random() >= FAULT_SHARE) return undefined;
  return random() < 0.5 ? "before" : "after";
}

async function deliverAll(
  stage: PlayedStage,
  events: readonly RainmakerEvent[],
  fault: () => Fault,
): Promise<RainmakerEvent[]> {
  const failed: RainmakerEvent[] = [];
  for (let from = 0; from < events.length; from += BATCH)
    failed.push(...(await stage.deliver(events.slice(from, from + BATCH), fault)));
  return failed;
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let index = list.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const [a, b] = [list[index], list[other]];
    if (a === undefined || b === undefined) continue;
    list[index] = b;
    list[other] = a;
  }
}
