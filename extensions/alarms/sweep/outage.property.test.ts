import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { readGroupAlarms } from "../alarms/alarm-store.ts";
import { readRule } from "../rule/read-rule.ts";
import { PlayedStage } from "../testing/played-stage.ts";
import { backTestOf, changesOf, expectReceiverKnows, playAll, plays, START_MS } from "../testing/plays.ts";

const OFFLINE = { name: "offline", kind: "offline", for: "10m" };
const OUTAGE = { name: "half", kind: "outage", by: "fleet", share: 0.6, count: 3, severity: "critical" };
const FOR_MS = 10 * 60_000;
/** Outages are evaluated at least once an hour. */
const REST_MIN = 80;

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
        ({ nodeId, startMs, raisedMs, endMs = "open" }) => `${nodeId} ${startMs} ${raisedMs} ${endMs}`,
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
