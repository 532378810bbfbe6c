import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { ask, type QueryStage } from "@rainhooks/stage/query/ask";
import { SEED_NODES, SEED_NOW_MS, seedStage } from "@rainhooks/stage/testing/seeded-stage";
import fc from "fast-check";
import { alarmKey } from "../alarms/alarm-item.ts";
import { changeAlarms, planAlarmChange, requireAlarm } from "../alarms/select-alarms.ts";
import { readRule } from "../rule/read-rule.ts";
import { changeWatchRule, putMaintenance } from "../rules/rule-store.ts";
import { sweepState } from "../sweep/sweep-state.ts";
import { alarmSeed, SEED_ALARM } from "../testing/seed-alarms.ts";
import { alarmsTable, watchRulesTable } from "../watch-tables.ts";
import { alarmQuestion, listAlarmsQuestion, listWatchRulesQuestion } from "./alarms.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * What is known of the alarms of a seeded stage: every third node has been offline for a time of
 * its own.
 */
const SEEDED = Array.from({ length: SEED_NODES }, (_, index) => index)
  .filter((index) => index % 3 === 1)
  .map((index) => ({
    nodeId: `n${index}`,
    startMs: SEED_NOW_MS - (index + 2) * HOUR_MS,
    raisedMs: SEED_NOW_MS - (index + 2) * HOUR_MS + 10 * MINUTE_MS,
  }));

/** Returns the nodes of the alarms that were raised in a range, newest first. */
function raisedIn(fromMs: number, toMs: number): string[] {
  return SEEDED.filter(({ raisedMs }) => raisedMs >= fromMs && raisedMs < toMs).map(
    ({ nodeId }) => nodeId,
  );
}

let stage: QueryStage;

/** Gives the tests of a block a stage of their own. */
function ofSeededStage(): void {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await startTables();
    stage = await seedStage(tables, "one", "mark", [alarmSeed]);
  });
  afterAll(() => tables.stop());
}

describe("the alarms of a stage", () => {
  ofSeededStage();

  type Texts = Readonly<Record<string, string>>;
  const list = (texts: Texts) => ask(listAlarmsQuestion, texts, stage);
  const nodesOf = async (texts: Texts) => (await list(texts)).alarms.map(({ nodeId }) => nodeId);

  it("the alarms of a stage are listed newest first, as many as are asked for, with the number of all", async () => {
    const all = SEEDED.map(({ nodeId }) => nodeId);
    const total = { alarms: all.length, rules: [{ rule: "offline", alarms: all.length }] };
    for (const limit of [1, 5, all.length, 1000]) {
      const result = await list({ limit: String(limit) });
      expect(result.alarms.map(({ nodeId }) => nodeId)).toEqual(all.slice(0, limit));
      expect(result).toMatchObject({ total, more: limit < all.length });
    }
    expect(await nodesOf({ rule: "offline" })).toEqual(all);
    expect(await list({ rule: "other" })).toEqual({
      alarms: [],
      more: false,
      total: { alarms: 0, rules: [] },
    });
  });

  it("a query returns the alarms of the stage, or of a node", async () => {
    const all = await ask(listAlarmsQuestion, {}, stage);
    expect(all.alarms.length).toBeGreaterThan(1);
    const ofNode = all.alarms.filter(({ nodeId }) => nodeId === "n1");
    const query = { node: "n1", from: String(SEED_NOW_MS - 7 * DAY_MS) };
    for (const state of ["open", "all"])
      expect(await ask(listAlarmsQuestion, { ...query, state }, stage)).toMatchObject({
        alarms: ofNode,
        more: false,
      });
    const wrong = { ...query, state: "all", to: String(SEED_NOW_MS - 6 * DAY_MS) };
    expect((await ask(listAlarmsQuestion, wrong, stage)).alarms).toEqual([]);
    expect((await ask(listAlarmsQuestion, { node: "n1", rule: "other" }, stage)).alarms).toEqual(
      [],
    );
    expect((await ask(listAlarmsQuestion, { node: "n0" }, stage)).alarms).toEqual([]);
  });

  it("the alarms of a stage say when they began and were raised, and which node they are about", async () => {
    const [first] = (await list({ limit: "1" })).alarms;
    expect(first).toEqual({
      alarmId: SEED_ALARM,
      rule: "offline",
      version: 1,
      kind: "offline",
      severity: "medium",
      state: "raised",
      nodeName: "mark",
      ...SEEDED[0],
    });
  });

  it("the alarms of a time range are those that were raised in it, whatever became of them", async () => {
    const hour = fc.integer({ min: -24 * 4, max: 30 });
    await fc.assert(
      fc.asyncProperty(hour, fc.integer({ min: 1, max: 24 * 5 }), async (first, length) => {
        // One was raised just then: the beginning is in the range, and the end is not.
        const fromMs = SEED_NOW_MS + first * HOUR_MS + 10 * MINUTE_MS;
        const toMs = fromMs + length * HOUR_MS;
        const texts = { from: String(fromMs), to: String(toMs) };
        expect(await nodesOf({ ...texts, state: "all" })).toEqual(raisedIn(fromMs, toMs));
        const one = raisedIn(fromMs, toMs).filter((nodeId) => nodeId === "n4");
        expect(await nodesOf({ ...texts, state: "all", node: "n4" })).toEqual(one);
        // Open ones are listed whenever they were raised.
        expect(await nodesOf({ ...texts, node: "n4" })).toEqual(["n4"]);
      }),
      { numRuns: 15 },
    );
  });

  it("the alarms of no range are those of the last seven days, and those of clocks that are ahead", async () => {
    const later = async (ms: number, texts: Texts = {}) => {
      const result = await ask(
        listAlarmsQuestion,
        { state: "all", ...texts },
        { ...stage, nowMs: () => SEED_NOW_MS + ms },
      );
      return result.alarms.map(({ nodeId }) => nodeId);
    };
    const all = SEEDED.map(({ nodeId }) => nodeId);
    expect(await later(0)).toEqual(all);
    expect(await later(-20 * HOUR_MS)).toEqual(all);
    expect(await later(7 * DAY_MS - 5 * HOUR_MS)).toEqual(
      raisedIn(SEED_NOW_MS - 5 * HOUR_MS, SEED_NOW_MS),
    );
    const to = String(SEED_NOW_MS + 30 * HOUR_MS);
    expect(await later(6 * DAY_MS, { to: String(SEED_NOW_MS + 6 * DAY_MS) })).toEqual(
      raisedIn(SEED_NOW_MS - DAY_MS, SEED_NOW_MS),
    );
    expect(await later(30 * HOUR_MS, { to })).toEqual(all);
    // They are deleted 400 days after their end: 500 days are looked at.
    expect(await later(501 * DAY_MS, { from: "0" })).toEqual([]);
    expect(await later(499 * DAY_MS, { from: "0" })).toEqual(
      raisedIn(SEED_NOW_MS - DAY_MS, SEED_NOW_MS),
    );
  });

  it("the alarms of a stage can be read one by one, with the rule as it was then", async () => {
    const result = await ask(alarmQuestion, { alarm: SEED_ALARM.slice(0, 6) }, stage);
    const { definition, ...alarm } = result;
    expect([alarm]).toEqual((await list({ limit: "1" })).alarms);
    expect(definition).toEqual({
      name: "offline",
      kind: "offline",
      severity: "medium",
      description: "mark",
      for: "10m",
    });
    await expect(ask(alarmQuestion, { alarm: "nothing" }, stage)).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test.each([
    [{ from: "2000", to: "1000" }, "`from` must lie before `to`."],
    [{ from: "2100-01-01" }, "`from` must lie before `to`, which is now by default."],
  ])(
    "the alarms of a stage are not listed in a range that ends before it begins: %j",
    async (texts, message) => {
      const refused = { code: "input-invalid", message };
      await expect(list(texts)).rejects.toMatchObject(refused);
    },
  );
});

describe("the alarms of a stage that people work with", () => {
  ofSeededStage();

  it("the alarms of a stage that people work with show what people did about them, and since when they are not evaluated", async () => {
    const alarms = stage.stores.tableOf(alarmsTable.name);
    const rules = stage.stores.tableOf(watchRulesTable.name);
    const open = async (nodeId: string) =>
      (await planAlarmChange({ alarms, rules }, { nodeId })).alarms;
    const nowMs = SEED_NOW_MS;
    const untilMs = nowMs + HOUR_MS;
    await changeAlarms(alarms, await open("n1"), { kind: "acknowledge", by: "ann" }, { nowMs });
    await changeAlarms(alarms, await open("n4"), { kind: "shelve", untilMs }, { nowMs });
    expect(await ask(listAlarmsQuestion, {}, stage)).not.toHaveProperty("waitingSinceMs");
    await sweepState.write(alarms, { passes: {}, waits: { sinceMs: 5, reason: "time-series" } });
    const result = await ask(listAlarmsQuestion, { limit: "3" }, stage);
    expect(result.waitingSinceMs).toBe(5);
    const [first, second, third] = result.alarms;
    expect(first).toMatchObject({ state: "acknowledged", ackedMs: nowMs, ackedBy: "ann" });
    expect(second).toMatchObject({ state: "shelved", shelvedUntilMs: untilMs });
    for (const name of ["ackedMs", "ackedBy", "shelvedUntilMs", "endMs"])
      expect(third).not.toHaveProperty(name);
    const later = await ask(
      alarmQuestion,
      { alarm: second?.alarmId ?? "" },
      { ...stage, nowMs: () => untilMs },
    );
    expect(later.state).toBe("raised");
    expect(later).not.toHaveProperty("shelvedUntilMs");
  });

  it("the alarms of a stage that people work with have the rule of their version, also after the rule was changed", async () => {
    const watchRules = stage.stores.tableOf(watchRulesTable.name);
    const rule = readRule(JSON.stringify({ name: "offline", kind: "offline", for: "20m" }));
    await changeWatchRule(watchRules, "offline", { status: "in-force", rule }, SEED_NOW_MS + 1);
    const { definition } = await ask(alarmQuestion, { alarm: SEED_ALARM }, stage);
    expect(definition).toMatchObject({ for: "10m", description: "mark" });
  });

  it("are listed without one that cannot be read", async () => {
    const { client, tableName } = stage.stores.tableOf(alarmsTable.name);
    const before = await ask(listAlarmsQuestion, {}, stage);
    const alarm = await requireAlarm(
      { alarms: { client, tableName }, rules: stage.stores.tableOf(watchRulesTable.name) },
      SEED_ALARM,
    );
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: alarmKey(alarm),
        UpdateExpression: "SET alarm.severity = :other",
        ExpressionAttributeValues: { ":other": { S: "of another version" } },
      }),
    );
    const { alarms, total } = await ask(listAlarmsQuestion, {}, stage);
    expect(alarms).toEqual(before.alarms.filter(({ alarmId }) => alarmId !== SEED_ALARM));
    expect(total).toEqual(before.total);
  });
});

describe("the alarm rules of a stage", () => {
  ofSeededStage();

  it("the alarm rules of a stage are listed with their last state, but not those that were removed", async () => {
    const watchRules = stage.stores.tableOf(watchRulesTable.name);
    const ruleOf = (name: string) =>
      readRule(JSON.stringify({ name, kind: "offline", for: "20m" }));
    const add = (name: string, fromMs: number) =>
      changeWatchRule(watchRules, name, { status: "in-force", rule: ruleOf(name) }, fromMs);
    for (const name of ["paused", "removed", "now"]) await add(name, SEED_NOW_MS);
    await add("soon", SEED_NOW_MS + 1);
    await changeWatchRule(watchRules, "paused", { status: "paused" }, SEED_NOW_MS + 2);
    await changeWatchRule(watchRules, "removed", { status: "removed" }, SEED_NOW_MS + 2);
    const { rules } = await ask(listWatchRulesQuestion, {}, stage);
    const shown = rules.map(({ name, version, status, fromMs }) => [
      name,
      version,
      status,
      fromMs - SEED_NOW_MS,
    ]);
    expect(shown.toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1))).toEqual([
      ["now", 1, "in-force", 0],
      ["offline", 1, "in-force", -SEED_NOW_MS],
      ["paused", 1, "paused", 2],
      ["soon", 1, "starting", 1],
    ]);
    expect(rules.find(({ name }) => name === "soon")?.rule).toMatchObject({
      name: "soon",
      for: "20m",
    });
  });

  it("the alarm rules of a stage are listed with the times of maintenance that have not passed", async () => {
    const watchRules = stage.stores.tableOf(watchRulesTable.name);
    const past = { name: "past", fromMs: 0, toMs: SEED_NOW_MS };
    const works = { name: "works", fromMs: 0, toMs: SEED_NOW_MS + 1 };
    const some = { name: "some", fromMs: 0, toMs: SEED_NOW_MS + 1, where: 'node.type == "light"' };
    for (const window of [past, works, some]) await putMaintenance(watchRules, window);
    const { maintenance } = await ask(listWatchRulesQuestion, {}, stage);
    expect(maintenance.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toStrictEqual([
      some,
      works,
    ]);
  });
});
