import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { PlayedStage } from "../testing/played-stage.ts";
import { backTestOf, changesOf, expectReceiverKnows, playAll, plays, START_MS } from "../testing/plays.ts";

const OFFLINE = { name: "offline", kind: "offline", for: "10m" };
const FOR_MS = 10 * 60_000;
/** After the last event, sweeps until everything that is late has come and every duration is over. */
const REST_MIN = 20;

let tables: TestTables;
let stages = 0;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/**
 * Written without any code of the product: the outages of at least ten minutes, until the end of the play.
 */
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

it("the same alarms as a naive reference, whatever the delays, copies, faults and restarts", async () => {
  await fc.assert(
    fc.asyncProperty(plays, async (play) => {
      stages += 1;
      const { gaps } = play;
      const stage = await PlayedStage.start(tables, `p${stages}`, START_MS);
      await stage.addRule(OFFLINE);
      await playAll(stage, play, REST_MIN);
      const test = backTestOf(stage, play, [OFFLINE]);
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
      expectReceiverKnows(
        stage,
        kept.filter(({ endMs }) => endMs === undefined).map(({ alarmId }) => alarmId),
      );
    }),
    { numRuns: 1, endOnFailure: true },
  );
});
