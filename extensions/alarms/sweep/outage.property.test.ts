import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { readGroupAlarms } from "../alarms/alarm-store.ts";
import { BackTest } from "../back-test/back-test.ts";
import { readRule } from "../rule/read-rule.ts";
import { eventOf, PlayedStage } from "../testing/played-stage.ts";
import { expectReceiverKnows } from "../testing/receiver.ts";

const OFFLINE = { name: "offline", kind: "offline", for: "10m" };
const OUTAGE = {
  name: "half",
  kind: "outage",
  by: "fleet",
  share: 0.6,
  count: 3,
  severity: "critical",
};
const FOR_MS = 10 * 60_000;
/** Outages are evaluated at least once an hour. */
const REST_MIN = 80;

/** When every play begins, epoch milliseconds. */
const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const NODES = 8;
const PLAYED_MIN = 200;

/** What happens to the nodes, and how each event is delivered. */
const plays = fc.record({
  /**
   * Minutes between two changes of a node, in thousandths: many outages are about as long as the
   * rule's time.
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

let tables: TestTables;
let stages = 0;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

type Times = readonly [startMs: number, endMs: number];

/** Written without any code of the product: counts the nodes that are offline at each change. */
function naiveOutages(gaps: readonly (readonly number[])[]): Times[] {
  const all = gaps.map(changesOf);
  const outages: Times[] = [];
  let startMs: number | undefined;
  for (const atMs of [...new Set(all.flat())].toSorted((a, b) => a - b)) {
    const changes = all.map((own) => own.filter((one) => one <= atMs).length);
    const known = changes.filter((count) => count > 0).length;
    const offline = changes.filter((count) => count % 2 === 1).length;
    const isOut = offline >= 3 && offline >= 0.6 * known;
    if (isOut) startMs ??= atMs;
    if (isOut || startMs === undefined) continue;
    outages.push([startMs, atMs]);
    startMs = undefined;
  }
  return startMs === undefined ? outages : [...outages, [startMs, Number.POSITIVE_INFINITY]];
}

/** The outages of single nodes, as far as they are not held back. */
function naiveAlarms(gaps: readonly (readonly number[])[], endMs: number): string[] {
  const outages = naiveOutages(gaps);
  return gaps.flatMap((own, node) => {
    const times = changesOf(own);
    return times.flatMap((start, index) => {
      const end = times[index + 1] ?? Number.POSITIVE_INFINITY;
      const raised = outages.reduce(
        (atMs, [from, to]) => (from <= atMs && atMs < to ? to + FOR_MS : atMs),
        start + FOR_MS,
      );
      if (index % 2 === 1 || raised > Math.min(end, endMs)) return [];
      return [`n${node} ${start} ${raised} ${end > endMs ? "open" : end}`];
    });
  });
}

it("outages and the alarms that they hold back are those of a naive reference, whatever the delays, copies, faults and restarts", async () => {
  await fc.assert(
    fc.asyncProperty(plays, async (play) => {
      stages += 1;
      const { gaps } = play;
      const stage = await PlayedStage.start(tables, `q${stages}`, START_MS);
      await stage.addRule(OUTAGE);
      await stage.addRule(OFFLINE);
      await playAll(stage, play, REST_MIN);
      const ofNodes = (await Promise.all(gaps.map((_, node) => stage.alarmsOf(`n${node}`)))).flat();
      const version = { rule: readRule(JSON.stringify(OUTAGE)), version: 1 };
      const ofFleet = await readGroupAlarms(stage.tables.alarms, version, 0);
      const isKept = ({ retractedMs }: { readonly retractedMs?: number | undefined }) =>
        retractedMs === undefined;
      const outages = ofFleet.filter(isKept);
      expect(
        outages.map(({ startMs, endMs = Number.POSITIVE_INFINITY }) => [startMs, endMs]).toSorted(),
      ).toEqual(naiveOutages(gaps).toSorted());
      const alarms = ofNodes.filter(isKept);
      const shown = alarms.map(
        ({ nodeId, startMs, raisedMs, endMs = "open" }) =>
          `${nodeId} ${startMs} ${raisedMs} ${endMs}`,
      );
      expect(shown.toSorted()).toEqual(naiveAlarms(gaps, stage.nowMs).toSorted());
      const ids = (some: readonly { readonly alarmId: string }[]) =>
        some.map(({ alarmId }) => alarmId).toSorted();
      const kept = [...alarms, ...outages];
      expect(ids(backTestOf(stage, play, [OUTAGE, OFFLINE]).alarms())).toEqual(ids(kept));
      expectReceiverKnows(
        stage,
        kept.filter(({ endMs }) => endMs === undefined).map(({ alarmId }) => alarmId),
      );
    }),
    { numRuns: 1, endOnFailure: true },
  );
});

/** An event, and when it arrives. */
interface Arrival {
  readonly atMs: number;
  readonly event: RainmakerEvent;
}

/** Changes of each node, at times of their own: alternately a disconnect and a connect. */
function changesOf(gaps: readonly number[]): number[] {
  let atMs = START_MS;
  const endMs = START_MS + (PLAYED_MIN - 125) * MIN;
  return gaps.map((gap) => (atMs += gap * 60)).filter((one) => one < endMs);
}

/** What happens in a play. */
type Play = typeof plays extends fc.Arbitrary<infer Value> ? Readonly<Value> : never;

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
async function playAll(stage: PlayedStage, play: Play, restMin: number): Promise<void> {
  const waiting = arrivalsOf(play).toSorted((a, b) => a.atMs - b.atMs);
  for (let minute = 1; minute <= PLAYED_MIN + restMin; minute += 1) {
    stage.nowMs = START_MS + minute * MIN;
    const here = waiting.findIndex(({ atMs }) => atMs > stage.nowMs);
    await stage.write(
      waiting.splice(0, here === -1 ? waiting.length : here).map(({ event }) => event),
    );
    const fault = play.faults[minute % play.faults.length] ?? 0;
    if (fault > 0 && minute < PLAYED_MIN) await faultySweep(stage, minute, fault);
    else await stage.sweep();
  }
  expect(waiting).toEqual([]);
}

/**
 * Returns a back-test with all events of a play, each as it was published, until the stage's time.
 */
function backTestOf(stage: PlayedStage, play: Play, rules: readonly object[]): BackTest {
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

/**
 * A sweep that waits, that ends in the middle of sending or at any call, or a restart of the
 * functions.
 */
async function faultySweep(stage: PlayedStage, minute: number, fault: number): Promise<void> {
  if (minute % 7 === 0) await stage.waitingSweep();
  else if (minute % 7 === 1) stage.restart();
  else if (minute % 7 < 5)
    await stage.killedSweepAt((_, number) => number === fault, minute % 2 === 0);
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
