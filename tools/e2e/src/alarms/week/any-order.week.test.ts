import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "@jest/globals";
import { mapLimited } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { Alarm } from "@rainhooks/extensions/alarms/alarms/alarm";
import { BackTest } from "@rainhooks/extensions/alarms/back-test/back-test";
import { readRule } from "@rainhooks/extensions/alarms/rule/read-rule";
import { type Life, livesOf, type Week } from "./lives.ts";
import { deliveriesOf } from "./play.ts";
import type { ThreadData } from "./play-thread.ts";
import { LIVES_SEED, type PlayedWeek, playedWeek } from "./played-week.ts";
import { type ExpectedAlarm, expectedAlarms, rulesOf } from "./reference.ts";
import type { AlarmMessage } from "./stage.ts";

/**
 * Number of nodes that are played; `RAINHOOKS_WEEK_NODES=10000` plays seven days and 50 kills in
 * two threads, and says how far it is.
 */
const NODES = process.env["RAINHOOKS_WEEK_NODES"];
const START_MS = Date.UTC(2026, 10, 24);
const WEEK: Week =
  NODES === undefined
    ? {
        startMs: START_MS,
        nodes: 40,
        days: 0.1,
        dropsPerDay: 24,
        outages: 2,
        kills: 6,
        quietHours: 1,
      }
    : {
        startMs: START_MS,
        nodes: Number(NODES),
        days: 7,
        dropsPerDay: 1,
        outages: 3,
        kills: 50,
        quietHours: 42,
      };
const SHUFFLES = NODES === undefined ? [1, 2] : [1, 2, 3];
const THREADS = 2;

it("any order, the same alarms: a fleet with late, repeated and shuffled deliveries, faults and kills", async () => {
  const lives = livesOf(WEEK, LIVES_SEED);
  const tables: string[][] = [];
  let [expected, untilMs]: [ExpectedAlarm[], number] = [[], 0];
  await mapLimited(SHUFFLES, THREADS, async (seed) => {
    const { alarms, messages, kills, left, endMs } = await played(seed);
    // Silence is found up to an hour later.
    untilMs = endMs - FOUND_WITHIN_MS;
    expected = expectedAlarms(lives, WEEK, untilMs);
    expectVaried(expected);
    const all = alarms.filter(({ retractedMs }) => retractedMs === undefined);
    const kept = all.filter(({ raisedMs }) => raisedMs <= untilMs);
    expectSame(kept.map(shownOf), expected.map(textOf));
    expectReceiverKnows(
      messages,
      all.flatMap(({ endMs: end, alarmId }) => (end === undefined ? [alarmId] : [])),
    );
    expect({ kills, left }).toEqual({ kills: WEEK.kills, left: 0 });
    tables.push(kept.map(storedOf));
    if (NODES !== undefined) process.stderr.write(`shuffle ${seed}: as the reference\n`);
  });
  for (const table of tables) expectSame(table, tables[0] ?? []);
  expectSame(
    backTested(lives, untilMs),
    expected.map(({ id }) => id),
  );
}, 36_000_000);

const FOUND_WITHIN_MS = 65 * 60_000;

/** Plays a shuffle; at full size in a thread of its own. */
async function played(seed: number): Promise<PlayedWeek> {
  if (NODES === undefined) return await playedWeek(WEEK, seed, () => undefined);
  const workerData: ThreadData = { week: WEEK, seed };
  const [result] = await once(
    new Worker(new URL("./play-thread.ts", import.meta.url), { workerData }),
    "message",
  );
  return result;
}

/**
 * Of each kind there is an alarm; an outage begins and ends between two sweeps, and another one
 * holds back alarms of nodes.
 */
function expectVaried(expected: readonly ExpectedAlarm[]): void {
  const ofRule = (name: string) => expected.filter(({ rule }) => rule === name);
  expect(ofRule("offline").length).toBeGreaterThan(3);
  expect(ofRule("flapping").length).toBeGreaterThan(0);
  expect(ofRule("quiet").length).toBeGreaterThan(3);
  const outages = ofRule("half");
  expect(outages).toHaveLength(WEEK.outages);
  const minuteOf = (atMs: number) => Math.floor((atMs - START_MS) / 60_000);
  expect(outages.some(({ start, end }) => minuteOf(start) === minuteOf(end))).toBe(true);
  expect(ofRule("offline").some(({ start, raised }) => raised > start + 600_000)).toBe(true);
}

const textOf = ({ id, rule, node, start, raised, end }: ExpectedAlarm) =>
  [id, rule, node, start, raised, end].join(" ");

const shownOf = ({
  alarmId,
  rule,
  nodeId,
  startMs,
  raisedMs,
  endMs = Number.POSITIVE_INFINITY,
}: Alarm) => [alarmId, rule, nodeId, startMs, raisedMs, endMs].join(" ");

/** An alarm as it is stored, without what says how often it was changed, and when it was sent. */
function storedOf({
  revision: _revision,
  knownAs: _knownAs,
  knownOver: _knownOver,
  lastSentMs: _lastSentMs,
  sentRevision: _sentRevision,
  ...alarm
}: Alarm): string {
  return JSON.stringify(Object.entries(alarm).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Compares lists in any order; a difference is shown by its first lines. */
function expectSame(found: readonly string[], expected: readonly string[]): void {
  const is = new Set(found);
  const ought = new Set(expected);
  const not = (list: readonly string[], others: ReadonlySet<string>) =>
    list.filter((one) => !others.has(one)).slice(0, 20);
  expect({ wrong: not(found, ought), missing: not(expected, is) }).toEqual({
    wrong: [],
    missing: [],
  });
  expect(found).toHaveLength(expected.length);
}

/**
 * Checks the messages as a receiver reads them that ignores repetitions: at the end it knows the
 * alarms that still last, and no message raises an alarm that it already knows.
 */
function expectReceiverKnows(messages: readonly AlarmMessage[], lasting: readonly string[]): void {
  const known = new Set<string>();
  const raisedAgain: string[] = [];
  for (const { event_data } of firstOfEach(messages)) {
    for (const { alarm_id, was, end } of event_data.alarms) {
      if (event_data.notice === "raised" && known.has(alarm_id)) raisedAgain.push(alarm_id);
      if (event_data.notice === "retracted" || end !== undefined) known.delete(alarm_id);
      else known.add(alarm_id);
      if (was !== undefined) known.delete(was);
    }
  }
  expect(raisedAgain).toEqual([]);
  expectSame([...known], lasting);
}

/** Messages without repetitions: two with the same id must say the same. */
function firstOfEach(messages: readonly AlarmMessage[]): AlarmMessage[] {
  const byId = new Map<string, AlarmMessage>();
  for (const message of messages) {
    const first = byId.get(message.id);
    if (first === undefined) byId.set(message.id, message);
    else expect(message).toEqual(first);
  }
  return [...byId.values()];
}

/** The ids that a back-test finds. */
function backTested(lives: readonly Life[], toMs: number): string[] {
  const versions = rulesOf(WEEK).map((rule) => ({
    rule: readRule(JSON.stringify(rule)),
    version: 1,
    fromMs: START_MS,
    untilMs: undefined,
  }));
  const test = new BackTest({ versions, fromMs: START_MS, toMs });
  for (const delivery of deliveriesOf(WEEK, lives)) {
    const decoded = decode(delivery);
    if (decoded.kind === "event") test.add(decoded.event);
  }
  return test.alarms().map(({ alarmId }) => alarmId);
}
