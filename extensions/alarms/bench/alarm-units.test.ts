import { beforeAll, expect, it } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { UnitMeter } from "@rainhooks/embedded-dynamodb/units/unit-meter";
import * as a from "../costs.ts";
import { eventOf, PLAYED_TABLES, PlayedStage } from "../testing/played-stage.ts";

const NODES = 60;
const PLAYED_MIN = 300;
/** After the last drop, until its alarm is sent and cleared. */
const REST_MIN = 20;
/** Drops that become alarms last longer than the rule's ten minutes. */
const ALARM_MIN = 25;
const SHORT_MIN = 3;
/** What `npm run cost` assumes may differ from what is counted by this share. */
const TOLERANCE = 0.15;

/** Three drops of each node, at times of their own; a tenth of them is long. */
const DROPS: readonly Drop[] = Array.from({ length: NODES * 3 }, (_, index) => {
  const third = (PLAYED_MIN - REST_MIN) / 3;
  const node = index % NODES;
  const fromMin =
    Math.floor(index / NODES) * Math.floor(third) +
    2 +
    ((node * 149) % Math.floor(third - ALARM_MIN - 3));
  return { node, fromMin, toMin: fromMin + (index % 10 === 0 ? ALARM_MIN : SHORT_MIN) };
});
const ALARMS = DROPS.filter(({ fromMin, toMin }) => toMin - fromMin === ALARM_MIN).length;

/**
 * The arithmetic of `npm run cost` begins with these units: a change of code that makes alarms
 * dearer, or cheaper, fails here.
 */
let [idle, calm, day, unwatched, together]: PlayCosts[] = [];
beforeAll(async () => {
  idle = await play({ nodes: 0, minutes: 60, drops: [], watched: true });
  calm = await play({ nodes: NODES, minutes: 60, drops: [], watched: true });
  day = await play({ nodes: NODES, minutes: PLAYED_MIN, drops: DROPS, watched: true });
  unwatched = await play({ nodes: NODES, minutes: PLAYED_MIN, drops: DROPS, watched: false });
  const storm = Array.from({ length: NODES }, (_, node) => ({
    node,
    fromMin: 5,
    toMin: 5 + ALARM_MIN,
  }));
  together = await play({ nodes: NODES, minutes: 60, drops: storm, watched: true });
});

const closeTo = (found: number, assumed: number) =>
  Math.abs(found - assumed) <= TOLERANCE * assumed;
const perSweep = (units: number | undefined) => (units ?? 0) / 60;

it("the sweeps find all alarms", () => {
  expect([day?.alarms, together?.alarms]).toEqual([ALARMS, NODES]);
  expect(together?.events).toBeLessThan(10);
});

it.each<[string, () => number, number]>([
  ["read units of a sweep", () => perSweep(idle?.sweepReads), a.SWEEP_READS],
  ["write units of a sweep", () => perSweep(idle?.sweepWrites), a.SWEEP_WRITES],
  [
    "write units of an alarm until its end",
    () => ((together?.sweepWrites ?? 0) - 60 * perSweep(idle?.sweepWrites)) / NODES,
    a.ALARM_WRITES,
  ],
  [
    "write units of what it changes in the row of its node",
    () => ((day?.statusWrites ?? 0) - (unwatched?.statusWrites ?? 0)) / ALARMS,
    a.NODE_ROW_WRITES,
  ],
])("%s", (_, found, assumed) => {
  expect({ found: found(), isClose: closeTo(found(), assumed) }).toEqual({
    found: found(),
    isClose: true,
  });
});

it("the evaluations of an alarm take fewer read units in a small fleet than in a large one, whose rows are read with them", () => {
  const found = ((day?.sweepReads ?? 0) - PLAYED_MIN * perSweep(calm?.sweepReads)) / ALARMS;
  const assumed = a.EVALUATIONS_PER_ALARM * a.EVALUATION_READS;
  expect(found).toBeGreaterThan(assumed / 5);
  expect(found).toBeLessThan(assumed);
});

const START_MS = Date.UTC(2026, 0);
const BATCH = 100;
/** Delay from RainMaker's event to SNS. */
const TO_SNS_MS = 120;

/** A drop of a node, and its return, minutes from the start. */
interface Drop {
  readonly node: number;
  readonly fromMin: number;
  readonly toMin: number;
}

/** What to play. */
interface Play {
  readonly nodes: number;
  readonly minutes: number;
  readonly drops: readonly Drop[];
  /** False: there are no rules, and no sweeps. */
  readonly watched: boolean;
}

/** What a play has consumed. */
interface PlayCosts {
  /** Of the function that writes node status, with its indexes. */
  readonly statusWrites: number;
  readonly sweepReads: number;
  /** With those of indexes. */
  readonly sweepWrites: number;
  readonly alarms: number;
  readonly events: number;
}

/** Plays minutes of a stage with one rule: nodes that are offline for ten minutes. */
async function play({ nodes, minutes, drops, watched }: Play): Promise<PlayCosts> {
  const tables = await startTables();
  const stage = await PlayedStage.start(tables, "units", START_MS);
  const names = PLAYED_TABLES.map((table) => ({ ...table, name: stage.nameOf(table) }));
  const meter = new UnitMeter(tables.client, names);
  if (watched) await stage.addRule({ name: "offline-10m", kind: "offline", for: "10m" });
  const counts = { statusWrites: 0, sweepReads: 0, sweepWrites: 0 };
  const write = async (events: readonly RainmakerEvent[]) => {
    for (const batch of chunk(events, BATCH))
      counts.statusWrites += (await meter.measure(() => stage.write(batch))).writes;
  };
  await write(Array.from({ length: nodes }, (_, node) => changeOf("connected", node, START_MS)));
  counts.statusWrites = 0;
  for (let minute = 1; minute <= minutes; minute += 1) {
    stage.nowMs = START_MS + minute * MINUTE_MS;
    await write(eventsIn(drops, minute));
    if (!watched) continue;
    const { reads, writes } = await meter.measure(() => stage.sweep());
    counts.sweepReads += reads;
    counts.sweepWrites += writes;
  }
  await tables.stop();
  const raised = stage.sent.filter(({ notice }) => notice === "raised");
  return {
    ...counts,
    alarms: raised.flatMap(({ alarms }) => alarms).length,
    events: stage.sent.length,
  };
}

function eventsIn(drops: readonly Drop[], minute: number): RainmakerEvent[] {
  return drops.flatMap(({ node, fromMin, toMin }) => {
    const offsetMs = (node * 997) % MINUTE_MS;
    const atMs = START_MS + (minute - 1) * MINUTE_MS + offsetMs;
    return [
      ...(fromMin === minute ? [changeOf("disconnected", node, atMs)] : []),
      ...(toMin === minute ? [changeOf("connected", node, atMs)] : []),
    ];
  });
}

function changeOf(what: "connected" | "disconnected", node: number, atMs: number): RainmakerEvent {
  const node_id = `node-${String(node).padStart(8, "0")}`;
  return eventOf(`node_${what}`, atMs, { node_id }, atMs + TO_SNS_MS);
}
