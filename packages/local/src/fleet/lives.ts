import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { chanceOf } from "../aws/chance.ts";
import type { FleetNode } from "./fleet.ts";
import { NodeLife } from "./node-life.ts";
import { type FleetPace, REAL_PACE } from "./pace.ts";
import { ACTS } from "./people.ts";
import type { Step } from "./play.ts";

/** Rough number of messages per node and day, as a first estimate. */
const MESSAGES_PER_DAY = 30;
const MAX_GUESSES = 6;
const CLOSE_ENOUGH = 0.02;
/** Minutes between actions of people: each action once at the start, then occasionally. */
const FIRST_ACTS_MIN = 3;
const LATER_ACTS_MIN = 150;

/**
 * Returns the steps of a fleet from a time on, in order and without end. The same seed gives the
 * same steps.
 */
export function livesOf(
  nodes: readonly FleetNode[],
  seed: number,
  startMs: number,
  pace: FleetPace = REAL_PACE,
): Generator<Step, never> {
  return stepsOf(makeLives(nodes, seed, startMs, pace), startMs, pace);
}

/** Returns the lives of nodes from a time on. The same seed gives the same lives. */
export function makeLives(
  nodes: readonly FleetNode[],
  seed: number,
  startMs: number,
  pace: FleetPace,
): NodeLife[] {
  return nodes.map(
    (node, index) => new NodeLife(node, chanceOf(seed + index * 7919), startMs, pace),
  );
}

/** Yields the steps of lives from their start on, in order and without end. */
export function* stepsOf(
  lives: readonly NodeLife[],
  startMs: number,
  pace: FleetPace,
): Generator<Step, never> {
  const acts = actsFrom(startMs, pace.stretch);
  let act = acts.next().value;
  for (let fromMs = startMs; ; fromMs += HOUR_MS) {
    const steps = lives.flatMap((life) => life.hour(fromMs));
    for (; act.atMs < fromMs + HOUR_MS; act = acts.next().value) steps.push(act);
    yield* steps.sort((a, b) => a.atMs - b.atMs);
  }
}

function* actsFrom(startMs: number, stretch: number): Generator<Step, never> {
  let atMs = startMs + 11 * MINUTE_MS;
  for (let index = 0; ; index++) {
    const act = ACTS[index % ACTS.length] ?? ACTS[0];
    yield { kind: "act", atMs, act };
    atMs += (index < ACTS.length ? FIRST_ACTS_MIN : LATER_ACTS_MIN * stretch) * MINUTE_MS;
  }
}

/**
 * Estimates when the simulation must start so that a number of messages ends shortly before a time.
 *
 * @param costOf How many messages a step makes. @defaultValue as of classic RainMaker
 */
export function startOfLives(
  nodes: readonly FleetNode[],
  seed: number,
  messages: number,
  endsAtMs: number,
  costOf = costsOf(nodes),
): number {
  let lengthMs = (messages / nodes.length / MESSAGES_PER_DAY) * 24 * HOUR_MS;
  for (let guess = 0; guess < MAX_GUESSES; guess++) {
    const measuredMs = lengthOf(livesOf(nodes, seed, endsAtMs - lengthMs), messages, costOf);
    const earlyMs = lengthMs - measuredMs;
    if (earlyMs >= 0 && earlyMs <= CLOSE_ENOUGH * lengthMs) break;
    lengthMs = measuredMs * (1 + CLOSE_ENOUGH / 2);
  }
  return Math.floor((endsAtMs - lengthMs) / 1000) * 1000;
}

/** Returns how many messages a fleet makes from a time to another. */
export function messagesUntil(
  nodes: readonly FleetNode[],
  seed: number,
  [startMs, endMs]: readonly [number, number],
  pace: FleetPace,
): number {
  const costOf = costsOf(nodes);
  let made = 0;
  for (const step of livesOf(nodes, seed, startMs, pace)) {
    if (step.atMs > endMs) break;
    made += costOf(step);
  }
  return made;
}

/** Returns how many messages a step makes: an event of a node has a copy for each of its users. */
function costsOf(nodes: readonly FleetNode[]): (step: Step) => number {
  const copies = new Map(nodes.map(({ id, users }) => [id, users.length]));
  return (step) => (step.kind === "act" ? 1 : (copies.get(step.nodeId) ?? 1));
}

/** Returns the simulated time in which a fleet makes a number of messages. */
function lengthOf(lives: Iterable<Step>, messages: number, costOf: (step: Step) => number): number {
  let made = 0;
  let firstMs = Number.NaN;
  let lastMs = 0;
  for (const step of lives) {
    if (Number.isNaN(firstMs)) firstMs = step.atMs;
    lastMs = step.atMs;
    made += costOf(step);
    if (made >= messages) break;
  }
  return messages === 0 ? 0 : lastMs - firstMs;
}
