import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import fc from "fast-check";
import { readGroupAlarms } from "../alarms/alarm-store.ts";
import { readRule } from "../rule/read-rule.ts";
import { foundAsSeen, foundBySweeps } from "../testing/as-seen.ts";
import { PlayedStage } from "../testing/played-stage.ts";
import { backTestOf, type Play, playAll, plays, START_MS } from "../testing/plays.ts";

const HOUR = 3_600_000;
const REST_MIN = 80;
const OUTAGE_STATE_KEY = { subject: { S: "sweep" }, item: { S: "outages" } };
const HALF = { name: "half", kind: "outage", by: "fleet", share: 0.6, count: 3 };
const LASTS = { name: "lasts", kind: "outage", by: "fleet", share: 0.3, count: 3, for: "5m" };

let tables: TestTables;
let stages = 0;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** Makes a stage's sweeps evaluate all nodes in each minute, also if few of them have changed since the last one. */
function evaluateAlways(stage: PlayedStage): void {
  const sweep = stage.sweep.bind(stage);
  const { client, tableName: TableName } = stage.tables.alarms;
  stage.sweep = async (options) => {
    await client.send(new DeleteItemCommand({ TableName, Key: OUTAGE_STATE_KEY }));
    return await sweep(options);
  };
}

/** Plays late deliveries, and returns what the sweeps have found, and what the back-test says that they would. */
async function found(rule: object, play: Play, isAlways: boolean) {
  stages += 1;
  const stage = await PlayedStage.start(tables, `s${stages}`, START_MS);
  if (isAlways) evaluateAlways(stage);
  await stage.addRule(rule);
  // A third of the events come up to an hour late.
  const delays = play.delays.map((delayMs, index) => (index % 3 === 0 ? (delayMs * 7919) % HOUR : delayMs));
  const late = { ...play, delays, faults: [0] };
  await playAll(stage, late, REST_MIN);
  const version = { rule: readRule(JSON.stringify(rule)), version: 1 };
  const stored = await readGroupAlarms(stage.tables.alarms, version, 0);
  return { bySweeps: foundBySweeps(stored), asSeen: foundAsSeen(backTestOf(stage, late, [rule])) };
}

it("what was found when is what sweeps find, and what they take back", async () => {
  await fc.assert(
    fc.asyncProperty(plays, async (play) => {
      const { bySweeps, asSeen } = await found(LASTS, play, true);
      expect(asSeen).toEqual(bySweeps);
    }),
    { numRuns: 1, endOnFailure: true },
  );
}, 120_000);

it("sweeps that pass over minutes in which few nodes change find nothing else, and the same in the end", async () => {
  await fc.assert(
    fc.asyncProperty(plays, async (play) => {
      const { bySweeps, asSeen } = await found(HALF, play, false);
      expect(asSeen.found).toEqual(expect.arrayContaining([...bySweeps.found]));
      const kept = ({ found, takenBack }: typeof asSeen) => found.filter((id) => !takenBack.includes(id));
      expect(kept(asSeen)).toEqual(kept(bySweeps));
    }),
    { numRuns: 1, endOnFailure: true },
  );
}, 120_000);
