import { expect } from "@jest/globals";
import type { RainmakerEvent } from "@rainhooks/core/event";
import fc from "fast-check";
import { BackTest } from "../back-test/back-test.ts";
import { readRule } from "../rule/read-rule.ts";
import type { AlarmEvent } from "../sweep/alarm-event.ts";
import { eventOf, type PlayedStage } from "./played-stage.ts";

/** When every play begins, epoch milliseconds. */
export const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const NODES = 8;
const PLAYED_MIN = 200;

/** What happens to the nodes, and how each event is delivered. */
export const plays = fc.record({
  /**
   * Minutes between two changes of a node, in thousandths: many outages are about as long as the rule's time.
   */
  gaps: fc.array(fc.array(fc.integer({ min: 20, max: 25_000 }), { minLength: 4, maxLength: 24 }), {
    minLength: NODES,
    maxLength: NODES,
  }),
  delays: fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.nat(500) },
      { weight: 2, arbitrary: fc.nat(5 * MIN) },
      { weight: 1, arbitrary: fc.nat(90 * MIN) },
    ),
    {
      minLength: 50,
      maxLength: 50,
    },
  ),
  copies: fc.array(fc.nat(9), { minLength: 31, maxLength: 31 }),
  /** 0: a sweep as it should be. */
  faults: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 120 })), {
    minLength: 37,
    maxLength: 37,
  }),
});

/** An event, and when it arrives. */
interface Arrival {
  readonly atMs: number;
  readonly event: RainmakerEvent;
}

/** Changes of each node, at times of their own: alternately a disconnect and a connect. */
export function changesOf(gaps: readonly number[]): number[] {
  let atMs = START_MS;
  const endMs = START_MS + (PLAYED_MIN - 125) * MIN;
  return gaps.map((gap) => (atMs += gap * 60)).filter((one) => one < endMs);
}

/** What happens in a play. */
export type Play = typeof plays extends fc.Arbitrary<infer Value> ? Readonly<Value> : never;

/** Returns the events of a play, as they arrive. */
function arrivalsOf({ gaps, delays, copies }: Play): Arrival[] {
  let number = 0;
  return gaps.flatMap((own, node) =>
    changesOf(own).flatMap((atMs, index) => {
      number += 1;
      const type = index % 2 === 0 ? "node_disconnected" : "node_connected";
      const event = eventOf(type, atMs, { node_id: `n${node}` });
      const delayMs = delays[number % delays.length] ?? 0;
      const first = { atMs: atMs + delayMs, event };
      return copies[number % copies.length] === 0
        ? [first, { atMs: atMs + delayMs + 30 * MIN, event }]
        : [first];
    }),
  );
}

/**
 * Plays everything minute by minute, with a sweep in each, many of them with a fault.
 *
 * @param restMin Minutes after the play in which nothing is wrong.
 */
export async function playAll(stage: PlayedStage, play: Play, restMin: number): Promise<void> {
  const waiting = arrivalsOf(play).toSorted((a, b) => a.atMs - b.atMs);
  for (let minute = 1; minute <= PLAYED_MIN + restMin; minute += 1) {
    stage.nowMs = START_MS + minute * MIN;
    const here = waiting.findIndex(({ atMs }) => atMs > stage.nowMs);
    await stage.write(waiting.splice(0, here === -1 ? waiting.length : here).map(({ event }) => event));
    const fault = play.faults[minute % play.faults.length] ?? 0;
    if (fault > 0 && minute < PLAYED_MIN) await faultySweep(stage, minute, fault);
    else await stage.sweep();
  }
  expect(waiting).toEqual([]);
}

/** Returns a back-test with all events of a play, each as it was published, until the stage's time. */
export function backTestOf(stage: PlayedStage, play: Play, rules: readonly object[]): BackTest {
  const versions = rules.map((rule) => ({
    rule: readRule(JSON.stringify(rule)),
    version: 1,
    fromMs: START_MS,
    untilMs: undefined,
  }));
  const test = new BackTest({ versions, fromMs: START_MS, toMs: stage.nowMs });
  for (const { atMs, event } of arrivalsOf(play)) test.add({ ...event, sentAtMs: atMs });
  return test;
}

/** A sweep that waits, that ends in the middle of sending or at any call, or a restart of the functions. */
async function faultySweep(stage: PlayedStage, minute: number, fault: number): Promise<void> {
  if (minute % 7 === 0) await stage.waitingSweep();
  else if (minute % 7 === 1) stage.restart();
  else if (minute % 7 < 5) await stage.killedSweep(fault, minute % 2 === 0);
  else
    await stage
      .sweep({
        send: async (events) => {
          stage.sent.push(...events);
          throw new Error("killed");
        },
      })
      .catch(() => undefined);
}

/**
 * A receiver that takes each event once has the same open alarms as the table, and is told nothing that it
 * knows.
 */
export function expectReceiverKnows(stage: PlayedStage, open: readonly string[]): void {
  const known = new Set<string>();
  for (const { notice, alarms } of firstOfEach(stage.sent)) {
    for (const { alarm_id, was, end } of alarms) {
      if (notice === "raised") expect(known).not.toContain(alarm_id);
      if (notice === "retracted" || end !== undefined) known.delete(alarm_id);
      else known.add(alarm_id);
      if (was !== undefined) known.delete(was);
    }
  }
  expect([...known].toSorted()).toEqual([...open].toSorted());
}

/** Events without repetitions: two with the same id must say the same. */
function firstOfEach(sent: readonly AlarmEvent[]): AlarmEvent[] {
  const byId = new Map<string, AlarmEvent>();
  for (const event of sent) {
    expect(event).toEqual(byId.get(event.id) ?? event);
    if (!byId.has(event.id)) byId.set(event.id, event);
  }
  return [...byId.values()];
}
