import { GetItemCommand, QueryCommand, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import { batchWrite, MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb/batch-write";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { readRule } from "../rule/read-rule.ts";
import { SEVERITIES } from "../rule/rule.ts";
import { alarmsTable } from "../watch-tables.ts";
import { type Alarm, alarmState } from "./alarm.ts";
import { toAlarmItem } from "./alarm-item.ts";
import { listAlarmsRaised, listOpenAlarms } from "./list-alarms.ts";

const END_MS = Date.UTC(2026, 10, 24, 12);
const DAYS = 12;
const COUNT = 1200;

/** Alarms of two weeks, newest first; one of ten is of the rule `rare`. */
const ALARMS = Array.from({ length: COUNT }, (_, index): Alarm => {
  const raisedMs = END_MS - 1 - Math.floor((index * DAYS * DAY_MS) / COUNT);
  const rule = index % 10 === 3 ? "rare" : "rarer";
  const place = { rule, version: 1, nodeId: `n${index}`, startMs: raisedMs, raisedMs };
  const state = { endMs: undefined, ended: undefined, revision: 1 };
  return { alarmId: `alarm-${index}`, kind: "offline", severity: "low", ...place, ...state };
});

/** What has become of an alarm that is open. */
const OPEN: readonly Partial<Alarm>[] = [
  {},
  { ackedMs: 1 },
  { suppressedBy: "move" },
  { shelvedUntilMs: END_MS },
  { endMs: END_MS, ended: "cleared", latch: true },
];
/** Open alarms of a rule for each severity, newest first. */
const OPEN_ALARMS = ALARMS.slice(0, 120).map((alarm, index): Alarm => {
  const severity = SEVERITIES[(index * 7) % SEVERITIES.length] ?? "low";
  return { ...alarm, severity, rule: severity, ...OPEN[index % OPEN.length] };
});

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await create(alarmsTable.name, ALARMS);
  await create("open-alarms", OPEN_ALARMS);
});

async function create(tableName: string, alarms: readonly Alarm[]): Promise<void> {
  await tables.create({ ...alarmsTable, name: tableName });
  const puts = alarms.map((alarm) => ({ PutRequest: { Item: toAlarmItem(alarm) } }));
  for (const batch of chunk(puts, MAX_WRITES_PER_CALL))
    expect(await batchWrite(batch, { client: tables.client, tableName })).toEqual([]);
}
afterAll(() => tables.stop());

/** Lists alarms, and counts the alarms and the keys that are read for it. */
async function listed(
  range: { fromMs: number; toMs: number },
  query: { rule?: string; limit: number },
) {
  const reads = { alarms: 0, keys: 0 };
  const client = new Proxy(tables.client, {
    get: (target, name) =>
      name === "send"
        ? async (command: object) => {
            const output: unknown = await target.send(command as never);
            if (command instanceof GetItemCommand) reads.alarms += 1;
            if (command instanceof QueryCommand)
              reads.keys += (output as QueryCommandOutput).Count ?? 0;
            return output;
          }
        : Reflect.get(target, name),
  });
  return {
    ...(await listAlarmsRaised({ client, tableName: alarmsTable.name }, range, {
      ...query,
      nowMs: END_MS,
    })),
    reads,
  };
}

it("listAlarmsRaised lists the alarms of any range and rule, and reads those alone, and about as many keys as it needs", async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: -DAYS * 24, max: 5 }),
    fc.integer({ min: 0, max: (DAYS + 2) * 24 }),
    fc.constantFrom(undefined, "rare", "other"),
    fc.constantFrom(1, 20, 200, 1000),
    async (hour, hours, rule, limit) => {
      const range = { fromMs: END_MS + hour * HOUR_MS, toMs: END_MS + (hour + hours) * HOUR_MS };
      const inRange = ALARMS.filter(
        ({ raisedMs }) => raisedMs >= range.fromMs && raisedMs < range.toMs,
      );
      const wanted = inRange.filter((alarm) => rule === undefined || alarm.rule === rule);
      const { alarms, more, total, reads } = await listed(range, {
        limit,
        ...(rule === undefined ? {} : { rule }),
      });
      expect(alarms.map(({ alarmId }) => alarmId)).toEqual(
        wanted.slice(0, limit).map(({ alarmId }) => alarmId),
      );
      expect(more).toBe(wanted.length > limit);
      expect(total?.alarms).toBe(more ? undefined : wanted.length);
      expect(reads.alarms).toBe(alarms.length);
      expect(reads.keys).toBeLessThanOrEqual(inRange.length);
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

it("listAlarmsRaised reads 20 alarms and some hundred keys for a page of 20 of 1,200", async () => {
  const { reads } = await listed({ fromMs: 0, toMs: END_MS }, { limit: 20 });
  expect(reads.alarms).toBe(20);
  // Eight days are begun at the same time, each of four partitions, with 13 keys.
  expect(reads.keys).toBeLessThanOrEqual(8 * 4 * 13);
});

it("listOpenAlarms lists those that nobody handles first, then the worst, and of these the one raised last", async () => {
  const rules = SEVERITIES.map((severity) => {
    const rule = readRule(
      JSON.stringify({ name: severity, kind: "offline", for: "10m", severity }),
    );
    return {
      name: severity,
      states: [{ version: 1, fromMs: 0, status: "in-force" as const, rule }],
    };
  });
  const table = { client: tables.client, tableName: "open-alarms" };
  for (const nowMs of [END_MS - 1, END_MS]) {
    const isHandled = (one: Alarm) =>
      ["acknowledged", "shelved", "suppressed"].includes(alarmState(one, nowMs));
    const severity = (one: Alarm) => SEVERITIES.indexOf(one.severity);
    const sorted = OPEN_ALARMS.toSorted(
      (a, b) =>
        Number(isHandled(a)) - Number(isHandled(b)) ||
        severity(b) - severity(a) ||
        b.raisedMs - a.raisedMs,
    );
    const { alarms, total } = await listOpenAlarms(table, rules, {
      limit: 1000,
      nowMs,
      order: "worst",
    });
    expect(alarms.map(({ alarmId }) => alarmId)).toEqual(sorted.map(({ alarmId }) => alarmId));
    for (const { rule, unhandled } of total?.rules ?? [])
      expect(unhandled).toBe(sorted.filter((one) => one.rule === rule && !isHandled(one)).length);
  }
});
