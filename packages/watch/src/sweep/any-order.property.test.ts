import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { RainmakerEvent } from "@rainhooks/core";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import fc from "fast-check";
import { BackTest } from "../back-test/back-test.ts";
import { readRule } from "../rule/read-rule.ts";
import { eventOf, PlayedStage } from "../testing/played-stage.ts";
import type { AlarmEvent } from "./alarm-event.ts";

const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const FOR_MS = 10 * MIN;
const NODES = 8;
const PLAYED_MIN = 200;
/** After the last event, sweeps until everything that is late has come and every duration is over. */
const REST_MIN = 20;

let tables: TestTables;
let stages = 0;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** What happens to the nodes, and how each event is delivered. */
const plays = fc.record({
  /** Minutes between two changes of a node, in thousandths: many outages are about as long as the rule's time. */
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

/** Written without any code of the product: the outages of at least ten minutes, until the end of the play. */
function naive(gaps: readonly (readonly number[])[], endMs: number): string[] {
  const alarms: string[] = [];
  for (const [node, own] of gaps.entries()) {
    const times = changesOf(own);
    for (let index = 0; index < times.length; index += 2) {
      const start = times[index] ?? 0;
      const end = times[index + 1];
      if ((end ?? endMs) - start >= FOR_MS)
        alarms.push(`n${node} ${start - START_MS} ${end === undefined ? "open" : end - START_MS}`);
    }
  }
  return alarms.toSorted();
}

function arrivalsOf({
  gaps,
  delays,
  copies,
}: {
  gaps: number[][];
  delays: number[];
  copies: number[];
}): Arrival[] {
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

it("the same alarms as a naive reference, whatever the delays, copies, faults and restarts", async () => {
  await fc.assert(
    fc.asyncProperty(plays, async ({ gaps, delays, copies, faults }) => {
      stages += 1;
      const stage = await PlayedStage.start(tables, `p${stages}`, START_MS);
      await stage.addRule({ name: "offline", kind: "offline", for: "10m" });
      const waiting = arrivalsOf({ gaps, delays, copies }).toSorted((a, b) => a.atMs - b.atMs);
      for (let minute = 1; minute <= PLAYED_MIN + REST_MIN; minute += 1) {
        stage.nowMs = START_MS + minute * MIN;
        const here = waiting.findIndex(({ atMs }) => atMs > stage.nowMs);
        await stage.write(waiting.splice(0, here === -1 ? waiting.length : here).map(({ event }) => event));
        const fault = faults[minute % faults.length] ?? 0;
        if (fault > 0 && minute < PLAYED_MIN) await faultySweep(stage, minute, fault);
        else await stage.sweep();
      }
      expect(waiting).toEqual([]);
      const test = backTestOf(stage, arrivalsOf({ gaps, delays, copies }));
      const alarms = (await Promise.all(gaps.map((_, node) => stage.alarmsOf(`n${node}`)))).flat();
      const kept = alarms.filter(({ retractedMs }) => retractedMs === undefined);
      const shown = kept.map(
        ({ nodeId, startMs, endMs }) =>
          `${nodeId} ${startMs - START_MS} ${endMs === undefined ? "open" : endMs - START_MS}`,
      );
      expect(shown.toSorted()).toEqual(naive(gaps, stage.nowMs));
      const ids = (some: readonly { readonly alarmId: string }[]) =>
        some.map(({ alarmId }) => alarmId).toSorted();
      expect(ids(test.alarms())).toEqual(ids(kept));
      const seen = test
        .asSeen()
        .filter(({ change }) => change.kind === "raised" || change.kind === "revised");
      expect(
        new Set(seen.flatMap(({ change }) => ("episode" in change ? [change.episode.alarmId] : []))),
      ).toEqual(new Set([...ids(test.alarms()), ...takenBack(test)]));
      expectReceiverKnows(
        stage,
        kept.filter(({ endMs }) => endMs === undefined).map(({ alarmId }) => alarmId),
      );
    }),
    { numRuns: 1, endOnFailure: true },
  );
}, 120_000);

/** A back-test with all events, each as it was published. */
function backTestOf(stage: PlayedStage, arrivals: readonly Arrival[]): BackTest {
  const rule = readRule('{ "name": "offline", "kind": "offline", "for": "10m" }');
  const versions = [{ rule, version: 1, fromMs: START_MS, untilMs: undefined }];
  const test = new BackTest({ versions, fromMs: START_MS, toMs: stage.nowMs });
  for (const { atMs, event } of arrivals) test.add({ ...event, sentAtMs: atMs });
  return test;
}

function takenBack(test: BackTest): string[] {
  return test.asSeen().flatMap(({ change }) => {
    if (change.kind === "retracted") return [change.alarmId];
    return change.kind === "revised" ? [change.was] : [];
  });
}

/** A sweep that waits, that ends in the middle of sending or at any call, or a restart of the functions. */
async function faultySweep(stage: PlayedStage, minute: number, fault: number): Promise<void> {
  if (minute % 7 === 0) await stage.sweep({ obstacle: async () => "behind" });
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

/** A receiver that takes each event once has the same open alarms as the table, and is told nothing that it knows. */
function expectReceiverKnows(stage: PlayedStage, open: readonly string[]): void {
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
