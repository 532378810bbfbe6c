import { beforeAll, expect, it } from "@jest/globals";
import * as a from "../../capacity/bill/assumptions.ts";
import { type Drop, type PlayCosts, play } from "./alarm-play.ts";

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
    Math.floor(index / NODES) * Math.floor(third) + 2 + ((node * 149) % Math.floor(third - ALARM_MIN - 3));
  return { node, fromMin, toMin: fromMin + (index % 10 === 0 ? ALARM_MIN : SHORT_MIN) };
});
const ALARMS = DROPS.filter(({ fromMin, toMin }) => toMin - fromMin === ALARM_MIN).length;

/**
 * The arithmetic of `npm run cost` begins with these units: a change of code that makes alarms dearer, or
 * cheaper, fails here.
 */
let [idle, calm, day, unwatched, together]: PlayCosts[] = [];
beforeAll(async () => {
  idle = await play({ nodes: 0, minutes: 60, drops: [], watched: true });
  calm = await play({ nodes: NODES, minutes: 60, drops: [], watched: true });
  day = await play({ nodes: NODES, minutes: PLAYED_MIN, drops: DROPS, watched: true });
  unwatched = await play({ nodes: NODES, minutes: PLAYED_MIN, drops: DROPS, watched: false });
  const storm = Array.from({ length: NODES }, (_, node) => ({ node, fromMin: 5, toMin: 5 + ALARM_MIN }));
  together = await play({ nodes: NODES, minutes: 60, drops: storm, watched: true });
});

const closeTo = (found: number, assumed: number) => Math.abs(found - assumed) <= TOLERANCE * assumed;
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
  expect({ found: found(), isClose: closeTo(found(), assumed) }).toEqual({ found: found(), isClose: true });
});

it("the evaluations of an alarm take fewer read units in a small fleet than in a large one, whose rows are read with them", () => {
  const found = ((day?.sweepReads ?? 0) - PLAYED_MIN * perSweep(calm?.sweepReads)) / ALARMS;
  const assumed = (a.EVALUATED_SHARE / a.ALARM_SHARE) * a.EVALUATION_READS;
  expect(found).toBeGreaterThan(assumed / 5);
  expect(found).toBeLessThan(assumed);
});
