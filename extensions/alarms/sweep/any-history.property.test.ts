import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { BackTest } from "../back-test/back-test.ts";
import { readRule } from "../rule/read-rule.ts";
import { eventOf, PlayedStage } from "../testing/played-stage.ts";
import { expectReceiverKnows } from "../testing/receiver.ts";
import { expectedAlarms, type Happening, RULES } from "../testing/reference.ts";

const MIN = 60_000;
const START_MS = Date.UTC(2026, 10, 24);
const NODES = 4;
const PLAYED_MIN = 7 * 60;
/** After the last arrival: until every node was looked at by the scan. */
const REST_MIN = 75;

let tables: TestTables;
let stages = 0;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/**
 * Something that happens, in seconds after what happened before it; and when it arrives, in seconds
 * after that.
 */
const happening = fc.record({
  afterS: fc.oneof(
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 40 }) },
    { weight: 5, arbitrary: fc.integer({ min: 60, max: 1500 }) },
    { weight: 2, arbitrary: fc.integer({ min: 1500, max: 14_000 }) },
  ),
  what: fc.oneof(
    { weight: 3, arbitrary: fc.constant("connect" as const) },
    { weight: 3, arbitrary: fc.constant("disconnect" as const) },
    { weight: 1, arbitrary: fc.constant("params" as const) },
    { weight: 3, arbitrary: fc.integer({ min: 26, max: 34 }) },
  ),
  delayS: fc.oneof(
    { weight: 8, arbitrary: fc.nat(50) },
    { weight: 2, arbitrary: fc.nat(400) },
    { weight: 2, arbitrary: fc.nat(9000) },
  ),
  /** Seconds until it comes once more. */
  copyAfterS: fc.constantFrom(undefined, undefined, 0, 15, 70, 1200),
});

const plays = fc.record({
  /** The first thing known of a node can be any of them. */
  nodes: fc.array(fc.array(happening, { minLength: 8, maxLength: 22 }), {
    minLength: NODES,
    maxLength: NODES,
  }),
  /** 0: a sweep as it should be. */
  faults: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90 })), {
    minLength: 37,
    maxLength: 37,
  }),
});

interface Played {
  readonly afterS: number;
  readonly what: Happening["what"];
  readonly delayS: number;
  readonly copyAfterS: number | undefined;
}

/** Something that happens, and when it arrives. */
type Arriving = Happening & { readonly arrivesMs: number; readonly copyAfterS: number | undefined };

/** Returns what happens to a node and arrives before the end of the play. */
function arrivingOf(node: readonly Played[]): Arriving[] {
  let atMs = START_MS;
  return node
    .map(({ afterS, what, delayS, copyAfterS }) => {
      atMs += afterS * 1000;
      return { atMs, what, arrivesMs: atMs + delayS * 1000, copyAfterS };
    })
    .filter(({ arrivesMs }) => arrivesMs < START_MS + (PLAYED_MIN - 21) * MIN);
}

function arrivalsOf(nodeId: string, one: Arriving) {
  const first = { atMs: one.arrivesMs, event: eventAt(nodeId, one, one.arrivesMs) };
  const { copyAfterS } = one;
  return copyAfterS === undefined
    ? [first]
    : [first, { ...first, atMs: first.atMs + copyAfterS * 1000 }];
}

function eventAt(node_id: string, { atMs, what }: Happening, sentAtMs: number): RainmakerEvent {
  if (typeof what === "number") {
    const ts_data = [{ name: "T", dt: "float", records: [{ t: atMs / 1000, v: what }] }];
    return eventOf("node_ts_data", atMs, { node_id, ts_data }, sentAtMs);
  }
  if (what === "params")
    return eventOf("node_params_changed", atMs, { node_id, params: {} }, sentAtMs);
  return eventOf(
    what === "connect" ? "node_connected" : "node_disconnected",
    atMs,
    { node_id },
    sentAtMs,
  );
}

it("the alarms of any history are those of a naive reference: late events one by one, kills at any call, more candidates than there is time for", async () => {
  await fc.assert(
    fc.asyncProperty(plays, async ({ nodes, faults }) => {
      stages += 1;
      const stage = await PlayedStage.start(tables, `h${stages}`, START_MS);
      for (const rule of RULES) await stage.addRule(rule);
      const seen = nodes.map(arrivingOf);
      const arrivals = seen
        .flatMap((node, index) => node.flatMap((one) => arrivalsOf(`n${index}`, one)))
        .toSorted((a, b) => a.atMs - b.atMs);
      await playArrivals(stage, arrivals, faults);
      const alarms = (
        await Promise.all(nodes.map((_, index) => stage.alarmsOf(`n${index}`)))
      ).flat();
      const kept = alarms.filter(({ retractedMs }) => retractedMs === undefined);
      const expected = seen.flatMap((node, index) =>
        expectedAlarms(node, stage.nowMs).map((text) => `n${index} ${text}`),
      );
      const shown = kept.map(
        ({ nodeId, rule, startMs, endMs }) => `${nodeId} ${rule} ${startMs} ${endMs ?? "open"}`,
      );
      expect(shown.toSorted()).toEqual(expected.toSorted());
      expectReceiverKnows(
        stage,
        kept.filter(({ endMs }) => endMs === undefined).map(({ alarmId }) => alarmId),
      );
      expect(backTested(seen, stage.nowMs)).toEqual(kept.map(({ alarmId }) => alarmId).toSorted());
    }),
    { numRuns: Number(process.env["PLAYS"] ?? 1) },
  );
});

/** Writes each event by itself when it arrives, with sweeps between them. */
async function playArrivals(
  stage: PlayedStage,
  arrivals: { readonly atMs: number; readonly event: RainmakerEvent }[],
  faults: readonly number[],
): Promise<void> {
  for (let minute = 1; minute <= PLAYED_MIN + REST_MIN; minute += 1) {
    stage.nowMs = START_MS + minute * MIN;
    const next = arrivals.findIndex(({ atMs }) => atMs > stage.nowMs);
    const due = arrivals.splice(0, next === -1 ? arrivals.length : next);
    for (const { event } of due) await stage.write([event]);
    // A sweep that is left out does no harm, and this takes less time.
    if (due.length === 0 && minute % 10 > 0 && minute < PLAYED_MIN + REST_MIN - 8) continue;
    await sweepWith(stage, minute < PLAYED_MIN ? (faults[minute % faults.length] ?? 0) : 0, minute);
  }
}

/** A sweep that is killed at a call, that waits, or that has time for a piece of each pass. */
async function sweepWith(stage: PlayedStage, fault: number, minute: number): Promise<void> {
  if (fault === 0) await stage.sweep();
  else if (minute % 5 === 0) await stage.waitingSweep();
  else if (minute % 5 < 3)
    await stage.killedSweepAt((_, number) => number === fault, minute % 2 === 0, { pieceSize: 1 });
  else await stage.sweep({ pieceSize: 1, hasTime: () => false });
}

function backTested(nodes: readonly (readonly Happening[])[], toMs: number): string[] {
  const versions = RULES.map((rule) => ({
    rule: readRule(JSON.stringify(rule)),
    version: 1,
    fromMs: START_MS,
    untilMs: undefined,
  }));
  const test = new BackTest({ versions, fromMs: START_MS, toMs });
  for (const [index, node] of nodes.entries())
    for (const one of node) test.add(eventAt(`n${index}`, one, one.atMs));
  return test
    .alarms()
    .map(({ alarmId }) => alarmId)
    .toSorted();
}
