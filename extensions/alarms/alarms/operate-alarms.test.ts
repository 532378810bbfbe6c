import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { readWatchRules } from "../rules/rule-store.ts";
import { eachStage, eventOf, minutesOf, type PlayedStage } from "../testing/played-stage.ts";
import { alarmState } from "./alarm.ts";
import { putAlarm } from "./alarm-store.ts";
import {
  type AlarmList,
  type AlarmsQuery,
  listAlarmsOf,
  listAlarmsRaised,
  listOpenAlarms,
} from "./list-alarms.ts";
import {
  type AlarmChange,
  type AlarmSelection,
  changeAlarms,
  planAlarmChange,
  requireAlarm,
} from "./select-alarms.ts";

const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY_MS = 24 * HOUR;
const GONE = { name: "gone", kind: "offline", for: "10m", severity: "critical" };
const LATE = {
  name: "late",
  kind: "offline",
  for: "12m",
  where: 'node.id == "n0" || node.id == "n1"',
};
const SITE = { name: "site", kind: "outage", by: "tag", share: 0.5, count: 2 };
const NODES = ["n0", "n1", "n2", "n3"];

let stage: PlayedStage;
eachStage(START_MS, [GONE, LATE], (one) => {
  stage = one;
});

const at = (minute: number) => {
  stage.nowMs = START_MS + minute * MIN;
};
const tables = () => ({ alarms: stage.tables.alarms, rules: stage.tables.rules });
const plan = (selection: AlarmSelection) => planAlarmChange(tables(), selection);
const ACK: AlarmChange = { kind: "acknowledge", by: "ann" };

/** Six alarms: of four nodes that are offline, of two of them by another rule, too. */
beforeEach(async () => {
  at(1);
  await stage.write(NODES.flatMap((node) => minutesOf(node, START_MS, -1)));
  at(14);
  await stage.sweep();
  stage.sent.length = 0;
});

async function change(selection: AlarmSelection, what: AlarmChange) {
  const { alarms } = await plan(selection);
  return await changeAlarms(stage.tables.alarms, alarms, what, { nowMs: stage.nowMs });
}

const states = async (node: string) =>
  Object.fromEntries(
    (await stage.alarmsOf(node)).map((alarm) => [alarm.rule, alarmState(alarm, stage.nowMs)]),
  );

describe("a selection of alarms", () => {
  it("a selection of alarms is of a rule, of a node, of both or of all, and says how many of which rules", async () => {
    const counts = async (selection: AlarmSelection) =>
      (await plan(selection)).byRule.map(({ rule, count }) => `${count} ${rule}`);
    expect(await counts({})).toEqual(["4 gone", "2 late"]);
    expect(await counts({ rule: "late" })).toEqual(["2 late"]);
    expect(await counts({ nodeId: "n0" })).toEqual(["1 gone", "1 late"]);
    expect(await counts({ rule: "late", nodeId: "n0" })).toEqual(["1 late"]);
    expect(await counts({ rule: "late", nodeId: "n3" })).toEqual([]);
    await expect(plan({ rule: "lost" })).rejects.toThrow(
      "There is no alarm rule lost. There are: gone, late.",
    );
  });

  it("a selection of alarms finds alarms by their ids, also those that have ended, and open ones by the starts of ids, each once", async () => {
    await stage.write(minutesOf("n3", START_MS, 15));
    await stage.play(2);
    const [open] = await stage.alarmsOf("n2");
    const [ended] = await stage.alarmsOf("n3");
    const id = open?.alarmId ?? "";
    const endedId = ended?.alarmId ?? "";
    const { alarms } = await plan({ ids: [id.slice(0, 6), endedId, id] });
    expect(alarms.map(({ alarmId, rule, nodeId }) => [alarmId, rule, nodeId])).toEqual([
      [id, "gone", "n2"],
      [endedId, "gone", "n3"],
    ]);
    expect((await requireAlarm(tables(), id.slice(0, 8))).alarmId).toBe(id);
    await expect(plan({ ids: [id, endedId.slice(0, 6)] })).rejects.toThrow(
      `There is no alarm ${endedId.slice(0, 6)}.`,
    );
    await expect(plan({ ids: [id.slice(0, 5)] })).rejects.toThrow(
      `There is no alarm ${id.slice(0, 5)}. The start of an id needs at least 6 characters.`,
    );
  });

  it("a selection of alarms refuses the start of several ids, and names the candidates", async () => {
    const [first] = await stage.alarmsOf("n2");
    if (first === undefined) throw new Error("no alarm");
    const others = ["Aaaaaaaaaaaaaaaaaaaa01", "Aaaaaaaaaaaaaaaaaaaa02"];
    for (const [index, alarmId] of others.entries())
      await putCopy({ ...first, alarmId, startMs: index });
    await expect(plan({ ids: ["Aaaaaa"] })).rejects.toThrow(
      `2 open alarms have ids that begin with Aaaaaa: ${others
        .toReversed()
        .map((id) => `${id} (gone of n2)`)
        .join(", ")}. Use more characters.`,
    );
  });

  it("a selection of alarms finds the alarm of a group by the group", async () => {
    const data = { nodes: NODES, tags: ["pune"], user_id: "u" };
    await stage.write([eventOf("existing_tags_attached", stage.nowMs, data)]);
    await stage.addRule(SITE);
    await stage.play(2);
    expect((await plan({ nodeId: "tag:pune" })).byRule).toEqual([{ rule: "site", count: 1 }]);
    const query = { rule: undefined, limit: 10, nowMs: stage.nowMs };
    for (const which of ["open", { fromMs: 0, toMs: stage.nowMs + 1 }] as const) {
      const { alarms } = await listAlarmsOf(stage.tables.alarms, "tag:pune", which, query);
      expect(alarms).toMatchObject([{ rule: "site", nodeId: "tag:pune", memberCount: 4 }]);
    }
  });
});

async function putCopy(alarm: Parameters<typeof putAlarm>[1]) {
  expect(await putAlarm(stage.tables.alarms, alarm, undefined)).toBe(true);
}

describe("a change of many alarms", () => {
  it("a change of many alarms acknowledges those that are open and nobody has acknowledged", async () => {
    await change({ rule: "late" }, ACK);
    const { alarms } = await plan({});
    await stage.write(minutesOf("n3", START_MS, 15));
    await stage.play(2);
    const done: number[] = [];
    const onProgress = (one: object) => done.push("done" in one ? Number(one.done) : 0);
    const nowMs = stage.nowMs;
    const { counts, alarms: results } = await changeAlarms(stage.tables.alarms, alarms, ACK, {
      nowMs,
      onProgress,
    });
    expect(counts).toEqual({ changed: 3, already: 2, ended: 1, failed: 0, left: 0 });
    expect(done).toEqual([1, 2, 3, 4, 5, 6]);
    expect(results.filter(({ outcome }) => outcome === "ended")).toMatchObject([{ nodeId: "n3" }]);
    expect(results.find(({ nodeId }) => nodeId === "n2")?.alarm).toMatchObject({
      ackedBy: "ann",
      ackedMs: nowMs,
    });
    expect(await states("n0")).toEqual({ gone: "acknowledged", late: "acknowledged" });
    expect(await states("n3")).toEqual({ gone: "cleared" });
  });

  it("a change of many alarms shelves them, never for a shorter time, and what is unshelved is sent again", async () => {
    const untilMs = stage.nowMs + 2 * HOUR;
    expect((await change({ nodeId: "n0" }, { kind: "shelve", untilMs })).counts.changed).toBe(2);
    const all = await change({}, { kind: "shelve", untilMs: untilMs - HOUR });
    expect(all.counts).toMatchObject({ changed: 4, already: 2 });
    expect(all.alarms.find(({ nodeId }) => nodeId === "n0")?.alarm?.shelvedUntilMs).toBe(untilMs);
    await stage.play(10);
    expect(stage.sent).toEqual([]);
    expect((await change({ rule: "gone" }, { kind: "unshelve" })).counts).toMatchObject({
      changed: 4,
    });
    expect((await change({ rule: "gone" }, { kind: "unshelve" })).counts).toMatchObject({
      already: 4,
    });
    expect(await states("n0")).toEqual({ gone: "raised", late: "shelved" });
    await stage.play(6);
    const told = stage.sent.flatMap(({ notice, rule, alarms }) =>
      alarms.map(({ node_id }) => `${notice} ${rule} ${node_id}`),
    );
    expect(told.toSorted()).toEqual(NODES.map((node) => `reminder gone ${node}`));
  });

  it("a change of many alarms does what it can when some of the writes fail, and says which have failed", async () => {
    const { alarms } = await plan({ rule: "gone" });
    const client = failingFor("n1");
    const table = { ...stage.tables.alarms, client };
    const results = await changeAlarms(table, alarms, ACK, { nowMs: stage.nowMs });
    expect(results.counts).toEqual({ changed: 3, already: 0, ended: 0, failed: 1, left: 0 });
    expect(results.alarms.filter(({ outcome }) => outcome === "failed")).toMatchObject([
      { nodeId: "n1", error: expect.any(RainhooksError) },
    ]);
    expect([await states("n0"), await states("n1")]).toMatchObject([
      { gone: "acknowledged" },
      { gone: "raised" },
    ]);
  });

  it("a change of many alarms takes into account what a sweep changes at the same time", async () => {
    const { alarms } = await plan({ rule: "gone" });
    await stage.write(minutesOf("n2", START_MS, 15));
    const [results] = await Promise.all([
      changeAlarms(stage.tables.alarms, alarms, ACK, { nowMs: stage.nowMs }),
      // The sweep that finds that it has lost says so, and the next one compares them again.
      stage
        .play(1)
        .catch((error: unknown) => expect(error).toMatchObject({ code: "write-conflict" })),
    ]);
    expect(results.counts.changed + results.counts.ended).toBe(4);
    await stage.play(1);
    expect([await states("n1"), await states("n2")]).toMatchObject([
      { gone: "acknowledged" },
      { gone: "cleared" },
    ]);
  });

  it("a change of many alarms can be stopped before it begins with an alarm", async () => {
    const { alarms } = await plan({});
    const options = { nowMs: stage.nowMs, signal: AbortSignal.abort() };
    expect((await changeAlarms(stage.tables.alarms, alarms, ACK, options)).counts).toMatchObject({
      left: 6,
    });
    expect(await states("n2")).toEqual({ gone: "raised" });
  });
});

/** A client whose writes about a node fail. */
function failingFor(nodeId: string): DynamoDBClient {
  const { client } = stage.tables.alarms;
  return new Proxy(client, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return async (...[command]: Parameters<DynamoDBClient["send"]>) => {
        const isIt =
          command instanceof PutItemCommand &&
          command.input.Item?.["subject"]?.S === `node#${nodeId}`;
        if (isIt) throw new Error("the write has failed");
        return await target.send(command);
      };
    },
  });
}

test("a list of open alarms says how many there are, of how many rules, and reads only those that it shows", async () => {
  const { rules } = await readWatchRules(stage.tables.rules);
  const open = (query: Omit<AlarmsQuery, "nowMs">, order: "newest" | "worst" = "newest") =>
    listOpenAlarms(stage.tables.alarms, rules, { ...query, order, nowMs: stage.nowMs });
  const { alarms, ...list } = await open({ limit: 2 });
  const gone = { rule: "gone", severity: "critical", alarms: 4, unhandled: 4 };
  const low = { rule: "late", severity: "medium", alarms: 2, unhandled: 2 };
  expect(list).toEqual({ more: true, total: { alarms: 6, rules: [low, gone] } });
  expect(alarms.map(({ rule }) => rule)).toEqual(["late", "late"]);
  const worst = await open({ limit: 5 }, "worst");
  expect(worst.alarms.map(({ rule }) => rule)).toEqual(["gone", "gone", "gone", "gone", "late"]);
  expect(worst.total?.rules).toEqual([gone, low]);
  const late = await open({ rule: "late", limit: 10 });
  expect(late).toMatchObject({
    more: false,
    total: { alarms: 2, rules: [low] },
    alarms: { length: 2 },
  });
});

test("of the worst alarms, those that nobody handles come first, and how many these are is said of each rule, also after shelving is over", async () => {
  const { rules } = await readWatchRules(stage.tables.rules);
  const worst = (nowMs = stage.nowMs) =>
    listOpenAlarms(stage.tables.alarms, rules, { limit: 6, order: "worst", nowMs });
  const [acked, shelved] = (await worst()).alarms.map(({ alarmId }) => alarmId);
  if (acked === undefined || shelved === undefined) throw new Error("There are no alarms.");
  await change({ ids: [acked] }, ACK);
  await change({ ids: [shelved] }, { kind: "shelve", untilMs: stage.nowMs + HOUR });
  const unhandledOf = ({ total }: AlarmList) =>
    total?.rules.map(({ rule, unhandled }) => `${rule} ${unhandled}`);
  const now = await worst();
  const later = await worst(stage.nowMs + HOUR);
  expect(unhandledOf(now)).toEqual(["gone 2", "late 2"]);
  expect(now.alarms.map(({ rule }) => rule)).toEqual([
    "gone",
    "gone",
    "late",
    "late",
    "gone",
    "gone",
  ]);
  expect(new Set(now.alarms.slice(4).map(({ alarmId }) => alarmId))).toEqual(
    new Set([acked, shelved]),
  );
  expect(unhandledOf(later)).toEqual(["gone 3", "late 2"]);
  expect(later.alarms[5]?.alarmId).toBe(acked);
});

test("alarms that were raised in a range are those of all its days, newest first, as many as are wanted", async () => {
  const [alarm] = await stage.alarmsOf("n0");
  if (alarm === undefined) throw new Error("There is no alarm.");
  for (const day of RAISED_DAYS) {
    const raisedMs = START_MS - day * DAY_MS;
    await putCopy({ ...alarm, alarmId: `a${day}`, startMs: raisedMs, raisedMs });
  }
  const list = async (fromDay: number, toDay: number, limit: number) => {
    const range = { fromMs: START_MS - fromDay * DAY_MS, toMs: START_MS - toDay * DAY_MS };
    const query = { limit, nowMs: stage.nowMs };
    const { alarms, more } = await listAlarmsRaised(stage.tables.alarms, range, query);
    return { days: alarms.map(({ raisedMs }) => (START_MS - raisedMs) / DAY_MS), more };
  };
  expect(await list(40, 0, 100)).toEqual({ days: [0.25, 7, 8, 9, 16, 17, 30.5, 39], more: false });
  expect(await list(40, 0, 8)).toMatchObject({ more: false });
  expect(await list(40, 0, 3)).toEqual({ days: [0.25, 7, 8], more: true });
  expect(await list(16, 8, 100)).toEqual({ days: [9, 16], more: false });
});

/** Days before the start on which alarms are raised, in no order. */
const RAISED_DAYS = [17, 8, 39, 0.25, 9, 7, 30.5, 16];
