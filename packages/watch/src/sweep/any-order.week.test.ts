import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import type { Alarm } from "../alarms/alarm.ts";
import { BackTest } from "../back-test/back-test.ts";
import { readRule } from "../rule/read-rule.ts";
import { eventOf, PlayedStage } from "../testing/played-stage.ts";
import { expectReceiverKnows } from "../testing/plays.ts";
import { livesOf, playWeek, type Week } from "../testing/week.ts";

/** Number of nodes that are played; `RAINHOOKS_WEEK_NODES=10000` plays seven days and 50 kills, which takes hours, and says how far it is. */
const NODES = process.env["RAINHOOKS_WEEK_NODES"];
const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const WEEK: Week =
  NODES === undefined
    ? { startMs: START_MS, nodes: 40, days: 0.1, dropsPerDay: 24, kills: 5 }
    : { startMs: START_MS, nodes: Number(NODES), days: 7, dropsPerDay: 1, kills: 50 };
const SHUFFLES = NODES === undefined ? 2 : 3;
const OFFLINE = { name: "offline", kind: "offline", for: "10m" };
const FLAPPING = { name: "flapping", kind: "flapping", count: 5, window: "10m" };

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** Written without any code of the product: nodes that are offline for ten minutes, and five drops within ten minutes. */
function naive(lives: readonly (readonly number[])[]): string[] {
  return lives
    .flatMap((changes, node) =>
      [...naiveOffline(changes), ...naiveFlapping(changes)].map(
        ([rule, start, end]) => `${rule} n${node} ${start - START_MS} ${end - START_MS}`,
      ),
    )
    .toSorted();
}

type NaiveAlarm = readonly [rule: string, startMs: number, endMs: number];

function naiveOffline(changes: readonly number[]): NaiveAlarm[] {
  return changes.flatMap((start, index): NaiveAlarm[] => {
    const end = changes[index + 1] ?? 0;
    return index % 2 === 0 && end - start >= 10 * MIN ? [["offline", start, end]] : [];
  });
}

function naiveFlapping(changes: readonly number[]): NaiveAlarm[] {
  const drops = changes.filter((_, index) => index % 2 === 0);
  const tooMany = drops.filter((drop, index) => drop - (drops[index - 4] ?? 0) < 10 * MIN);
  const firsts = tooMany.filter((drop, index) => drop - (tooMany[index - 1] ?? 0) >= 10 * MIN);
  return firsts.map((start, index) => {
    const until = firsts[index + 1] ?? Number.POSITIVE_INFINITY;
    return ["flapping", start, (tooMany.findLast((drop) => drop < until) ?? 0) + 10 * MIN];
  });
}

/** The ids that a back-test finds. */
function backTested(lives: readonly (readonly number[])[]): string[] {
  const versions = [OFFLINE, FLAPPING].map((rule) => ({
    rule: readRule(JSON.stringify(rule)),
    version: 1,
    fromMs: START_MS,
    untilMs: undefined,
  }));
  const test = new BackTest({ versions, fromMs: START_MS, toMs: START_MS + (WEEK.days + 1) * 1440 * MIN });
  for (const [node, changes] of lives.entries())
    for (const [index, atMs] of [START_MS, ...changes].entries()) {
      const type = index % 2 === 0 ? "node_connected" : "node_disconnected";
      test.add(eventOf(type, atMs, { node_id: `n${node}` }));
    }
  return test
    .alarms()
    .map(({ alarmId }) => alarmId)
    .toSorted();
}

const shown = ({ rule, nodeId, startMs, endMs }: Alarm) =>
  `${rule} ${nodeId} ${startMs - START_MS} ${endMs === undefined ? "open" : endMs - START_MS}`;

it("any order, the same alarms: a fleet with late, repeated and shuffled deliveries, faults and kills", async () => {
  const lives = livesOf(WEEK, 1);
  const expected = naive(lives);
  expect(expected.length).toBeGreaterThan(3);
  const ids: string[][] = [];
  for (let shuffle = 1; shuffle <= SHUFFLES; shuffle += 1) {
    const stage = await PlayedStage.start(tables, `w${shuffle}`, START_MS);
    await stage.addRule(OFFLINE);
    await stage.addRule(FLAPPING);
    const startedMs = performance.now();
    const { deliveries } = await playWeek(stage, WEEK, lives, shuffle);
    const alarms: Alarm[] = [];
    for (const node of lives.keys()) alarms.push(...(await stage.alarmsOf(`n${node}`)));
    const kept = alarms.filter(({ retractedMs }) => retractedMs === undefined);
    if (NODES !== undefined)
      process.stderr.write(
        `shuffle ${shuffle}: ${deliveries} deliveries, ${kept.length} alarms, ${alarms.length - kept.length} retracted, ${Math.round((performance.now() - startedMs) / 1000)} s\n`,
      );
    expect(kept.map(shown).toSorted()).toEqual(expected);
    expectReceiverKnows(stage, []);
    ids.push(kept.map(({ alarmId }) => alarmId).toSorted());
  }
  for (const other of [...ids, backTested(lives)]) expect(other).toEqual(ids[0]);
}, 36_000_000);
