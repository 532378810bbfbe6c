import { describe, expect, it } from "@jest/globals";
import { alarmState } from "../alarms/alarm.ts";
import { readOpenAlarms } from "../alarms/alarm-store.ts";
import { changeWatchRule, putMaintenance } from "../rules/rule-store.ts";
import { eachStage, eventOf, minutesOf, type PlayedStage } from "../testing/played-stage.ts";

const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const OFFLINE = { name: "offline-10m", kind: "offline", for: "10m" };

let stage: PlayedStage;
eachStage(START_MS, [], (one) => {
  stage = one;
});

const at = (minute: number) => {
  stage.nowMs = START_MS + minute * MIN;
};
const notices = () =>
  stage.sent.flatMap(({ notice, alarms }) => alarms.map(({ node_id }) => `${notice} ${node_id}`));
const states = async (node: string) =>
  (await stage.alarmsOf(node)).map((alarm) => [
    alarm.version,
    (alarm.startMs - START_MS) / MIN,
    alarmState(alarm, stage.nowMs),
  ]);

describe("a sweep", () => {
  it("a sweep raises an alarm a minute late at most, and clears it when the node is back", async () => {
    await stage.addRule(OFFLINE);
    at(1);
    await stage.write(minutesOf("kitchen", START_MS, -1));
    await stage.play(9);
    expect(notices()).toEqual([]);
    await stage.play(1);
    expect(notices()).toEqual(["raised kitchen"]);
    expect(stage.sent[0]?.id).toMatch(/^[\w-]{22}-raised-1$/);
    await stage.play(5);
    await stage.write(minutesOf("kitchen", START_MS, 16));
    await stage.play(6);
    expect(notices()).toEqual(["raised kitchen", "cleared kitchen"]);
    expect(await states("kitchen")).toEqual([[1, 1, "cleared"]]);
  });

  it("a sweep does nothing without rules, and nothing about nodes that a rule is not about", async () => {
    at(1);
    await stage.write(minutesOf("kitchen", START_MS, -1));
    expect(await stage.sweep()).toEqual({ evaluated: 0, changed: 0, sent: 0, behindMs: 0 });
    await stage.addRule({ ...OFFLINE, where: 'node.type == "light"' });
    await stage.play(15);
    expect(await states("kitchen")).toEqual([]);
    const config = { info: { type: "light" } };
    await stage.write([eventOf("node_config_changed", stage.nowMs, { node_id: "hall", config })]);
    await stage.write(minutesOf("hall", START_MS, -16));
    await stage.play(15);
    expect(await states("hall")).toEqual([[1, 16, "raised"]]);
  });

  it("a sweep clears an alarm that was raised when the connect had happened and was not known yet", async () => {
    await stage.addRule(OFFLINE);
    at(2.1);
    await stage.write(minutesOf("kitchen", START_MS, -2));
    at(12.2);
    await stage.sweep();
    expect(notices()).toEqual(["raised kitchen"]);
    at(12.5);
    await stage.write(minutesOf("kitchen", START_MS, 11.7));
    await stage.play(3);
    expect(await states("kitchen")).toEqual([[1, 2, "retracted"]]);
  });

  it("records an outage that is over when it is found, and sends nothing", async () => {
    await stage.addRule(OFFLINE);
    at(30);
    await stage.write(minutesOf("kitchen", START_MS, 1, -5, 20));
    await stage.sweep();
    expect(await states("kitchen")).toEqual([[1, 5, "cleared"]]);
    expect(notices()).toEqual([]);
  });

  it("a sweep retracts an alarm that a late connect disproves, and raises it again if the node was gone again", async () => {
    await stage.addRule(OFFLINE);
    at(1);
    await stage.write(minutesOf("kitchen", START_MS, -1));
    await stage.play(12);
    await stage.write(minutesOf("kitchen", START_MS, 5));
    await stage.play(6);
    expect(notices()).toEqual(["raised kitchen", "retracted kitchen"]);
    expect(await states("kitchen")).toEqual([[1, 1, "retracted"]]);
  });

  it("a sweep revises an alarm that began earlier, and names both", async () => {
    await stage.addRule(OFFLINE);
    at(5);
    await stage.write(minutesOf("kitchen", START_MS, -5));
    await stage.play(12);
    await stage.write(minutesOf("kitchen", START_MS, -2));
    await stage.play(6);
    expect(notices()).toEqual(["raised kitchen", "revised kitchen"]);
    expect(stage.sent[1]?.alarms[0]?.was).toBe(stage.sent[0]?.alarms[0]?.alarm_id);
    expect(await states("kitchen")).toEqual([
      [1, 2, "raised"],
      [1, 5, "retracted"],
    ]);
  });

  it("a sweep raises in time although a node that is offline disconnects again", async () => {
    await stage.addRule(OFFLINE);
    at(1);
    await stage.write(minutesOf("kitchen", START_MS, -1));
    await stage.play(7);
    await stage.write(minutesOf("kitchen", START_MS, -8));
    await stage.play(3);
    expect(notices()).toEqual(["raised kitchen"]);
    at(40);
    await stage.sweep();
    const evaluated = [];
    for (const minute of [41, 42, 43]) {
      at(minute);
      evaluated.push((await stage.sweep()).evaluated);
    }
    // What was noted is done. Once an hour, every node is looked at.
    expect(evaluated.filter((count) => count > 0).length).toBeLessThanOrEqual(1);
  });

  it("a sweep closes the alarms of a changed rule silently, and continues them under the new version", async () => {
    await stage.addRule(OFFLINE);
    at(1);
    await stage.write(minutesOf("kitchen", START_MS, -1));
    await stage.play(12);
    await stage.addRule({ ...OFFLINE, for: "5m" });
    await stage.play(7);
    expect(await states("kitchen")).toEqual([
      [1, 1, "rule-changed"],
      [2, 1, "raised"],
    ]);
    await changeWatchRule(stage.tables.rules, "offline-10m", { status: "paused" }, stage.nowMs);
    await stage.play(7);
    expect(await states("kitchen")).toEqual([
      [1, 1, "rule-changed"],
      [2, 1, "rule-changed"],
    ]);
    expect(notices()).toEqual(["raised kitchen"]);
  });

  it("a sweep sends many alarms of a rule that it finds in one event, and what the next one finds in another", async () => {
    await stage.addRule(OFFLINE);
    at(1);
    for (let node = 0; node < 30; node += 1) await stage.write(minutesOf(`n${node}`, START_MS, -1));
    await stage.play(1);
    await stage.write(minutesOf("last", START_MS, -2));
    await stage.play(11);
    expect(stage.sent[0]).toMatchObject({ notice: "raised", alarms: { length: 30 } });
    expect(stage.sent[1]).toMatchObject({ notice: "raised", alarms: [{ node_id: "last" }] });
  });

  it("a sweep holds back what is in a maintenance window until its end", async () => {
    await stage.addRule(OFFLINE);
    const window = { name: "move", fromMs: START_MS, toMs: START_MS + 30 * MIN };
    await putMaintenance(stage.tables.rules, window);
    at(1);
    await stage.write([...minutesOf("kitchen", START_MS, -1), ...minutesOf("hall", START_MS, -1)]);
    await stage.play(14);
    expect(await states("kitchen")).toEqual([[1, 1, "suppressed"]]);
    await stage.write(minutesOf("hall", START_MS, 15));
    await stage.play(20);
    expect(notices()).toEqual(["raised kitchen"]);
    expect(await states("hall")).toEqual([[1, 1, "cleared"]]);
  });

  it("a sweep waits while events have not arrived, and finds afterwards what it would have found", async () => {
    await stage.addRule(OFFLINE);
    at(1);
    await stage.write(minutesOf("kitchen", START_MS, -1));
    await stage.sweep();
    for (const minute of [12, 13, 40]) {
      at(minute);
      expect(await stage.waitingSweep()).toMatchObject({
        waits: { reason: "a replay fills the tables of node-status" },
        evaluated: 0,
      });
    }
    await stage.write(minutesOf("kitchen", START_MS, 14));
    await stage.play(1);
    expect(notices()).toEqual([]);
    expect(await states("kitchen")).toEqual([[1, 1, "cleared"]]);
  });

  it("a sweep finds what became due while it did not run, once, and no storm of nodes that only reconnected", async () => {
    await stage.addRule(OFFLINE);
    at(1);
    await stage.write(minutesOf("kitchen", START_MS, -1));
    for (let node = 0; node < 20; node += 1) await stage.write(minutesOf(`n${node}`, START_MS, -1));
    await stage.play(4);
    stage.restart();
    at(35);
    for (let node = 0; node < 20; node += 1) await stage.write(minutesOf(`n${node}`, START_MS, 6));
    await stage.play(8);
    expect(notices()).toEqual(["raised kitchen"]);
    expect(stage.sent[0]?.alarms[0]).toMatchObject({
      start: START_MS + MIN,
      raised: START_MS + 11 * MIN,
    });
  });

  it("a sweep sends the same event again if it ended between sending and noting it", async () => {
    await stage.addRule(OFFLINE);
    at(1);
    await stage.write(minutesOf("kitchen", START_MS, -1));
    at(12);
    const killed = stage.sweep({
      send: async (events) => {
        stage.sent.push(...events);
        throw new Error("killed");
      },
    });
    await expect(killed).rejects.toThrow("killed");
    await stage.play(2);
    expect(notices()).toEqual(["raised kitchen", "raised kitchen"]);
    expect(new Set(stage.sent.map(({ id }) => id)).size).toBe(1);
  });

  it("a sweep lists open alarms by rule", async () => {
    await stage.addRule(OFFLINE);
    at(1);
    await stage.write([
      ...minutesOf("kitchen", START_MS, -1),
      ...minutesOf("hall", START_MS, -1, 5),
    ]);
    await stage.play(12);
    const open = await readOpenAlarms(stage.tables.alarms, ["offline-10m"]);
    expect(open.map(({ nodeId }) => nodeId)).toEqual(["kitchen"]);
  });

  it("a sweep raises and clears flapping", async () => {
    await stage.addRule({ name: "flapping", kind: "flapping", count: 3, window: "10m" });
    for (const minute of [-1, 2, -3, 4, -5, 6]) {
      at(Math.abs(minute));
      await stage.write(minutesOf("kitchen", START_MS, minute));
      await stage.sweep();
    }
    await stage.play(8);
    expect(await states("kitchen")).toEqual([[1, 5, "raised"]]);
    await stage.play(2);
    expect(notices()).toEqual(["raised kitchen", "cleared kitchen"]);
  });

  it("a sweep raises and clears alarms of values, and does neither when no more come", async () => {
    await stage.addRule({
      name: "hot",
      kind: "threshold",
      series: "T",
      above: 30,
      hysteresis: 1,
      for: "5m",
    });
    const send = async (minute: number, v: number) => {
      at(minute);
      const records = [{ t: stage.nowMs / 1000, v }];
      const ts_data = [{ name: "T", dt: "float", records }];
      await stage.write([eventOf("node_ts_data", stage.nowMs, { node_id: "kitchen", ts_data })]);
      await stage.sweep();
    };
    await send(1, 20);
    await send(2, 31);
    await send(5, 31);
    await stage.play(30);
    expect(await states("kitchen")).toEqual([]);
    await send(36, 29.5);
    expect(await states("kitchen")).toEqual([[1, 2, "raised"]]);
    await stage.play(60, 5);
    expect(await states("kitchen")).toEqual([[1, 2, "raised"]]);
    await send(100, 28);
    await stage.play(1);
    expect(notices()).toEqual(["raised kitchen", "cleared kitchen"]);
  });

  it("a sweep raises the alarm of a value that comes twice before a sweep, in one batch or in two", async () => {
    await stage.addRule({ name: "hot", kind: "threshold", series: "T", above: 30 });
    at(1);
    const records = [{ t: stage.nowMs / 1000, v: 31 }];
    const hot = (node_id: string) =>
      eventOf("node_ts_data", stage.nowMs, {
        node_id,
        ts_data: [{ name: "T", dt: "float", records }],
      });
    await stage.write([hot("kitchen"), hot("kitchen")]);
    await stage.write([hot("cellar")]);
    at(1.5);
    await stage.write([hot("cellar")]);
    await stage.play(1);
    expect([await states("kitchen"), await states("cellar")]).toEqual([
      [[1, 1, "raised"]],
      [[1, 1, "raised"]],
    ]);
  });

  it("a sweep raises the alarm of a node whose clock is ahead when that time has come", async () => {
    await stage.addRule({ name: "hot", kind: "threshold", series: "T", above: 30, for: "2m" });
    const send = async (minute: number, v: number) => {
      at(minute);
      const records = [{ t: (START_MS + (minute + 15) * MIN) / 1000, v }];
      const ts_data = [{ name: "T", dt: "float", records }];
      await stage.write([eventOf("node_ts_data", stage.nowMs, { node_id: "kitchen", ts_data })]);
      await stage.sweep();
    };
    await send(1, 20);
    for (const minute of [2, 3, 4, 5]) await send(minute, 31);
    await send(6, 20);
    await stage.play(10);
    expect(await states("kitchen")).toEqual([]);
    await stage.play(20);
    expect(await states("kitchen")).toEqual([[1, 17, "cleared"]]);
    expect(notices()).toEqual(["raised kitchen", "cleared kitchen"]);
  });

  it("a sweep keeps an alarm of values that lasts longer than its values are kept", async () => {
    await stage.addRule({ name: "hot", kind: "threshold", series: "T", above: 30 });
    const send = async (hour: number, v: number) => {
      at(hour * 60);
      const records = [{ t: stage.nowMs / 1000, v, d: 1 }];
      const ts_data = [{ name: "T", dt: "float", records }];
      await stage.write([eventOf("node_ts_data", stage.nowMs, { node_id: "freezer", ts_data })]);
      await stage.sweep();
    };
    await send(1, 20);
    for (let hour = 2; hour <= 40; hour += 2) await send(hour, 31);
    expect(await states("freezer")).toEqual([[1, 120, "raised"]]);
    await send(41, 20);
    await stage.play(2);
    expect(await states("freezer")).toEqual([[1, 120, "cleared"]]);
    expect(notices()).toEqual(["raised freezer", "cleared freezer"]);
  });

  it("a sweep ends an alarm of values although what was within the bounds before it is not read any more", async () => {
    await stage.addRule({ name: "hot", kind: "threshold", series: "T", above: 30, hysteresis: 2 });
    const send = async (hour: number, v: number) => {
      at(hour * 60);
      const records = [{ t: stage.nowMs / 1000, v }];
      const ts_data = [{ name: "T", dt: "float", records }];
      await stage.write([eventOf("node_ts_data", stage.nowMs, { node_id: "kitchen", ts_data })]);
      await stage.sweep();
    };
    await send(1, 20);
    // In the band for thirty hours, and then out of bounds for two days.
    for (const hour of [10, 20, 30]) await send(hour, 29);
    for (const hour of [40, 60, 80]) await send(hour, 31);
    expect((await states("kitchen")).map(([, , state]) => state)).toEqual(["raised"]);
    await send(90, 20);
    await stage.play(2);
    expect((await states("kitchen")).map(([, , state]) => state)).toEqual(["cleared"]);
  });

  it("a sweep raises the silence of a node that is connected, and clears it when the node sends again", async () => {
    await stage.addRule({ name: "quiet", kind: "silent", for: "2h" });
    const send = (minute: number) =>
      stage.write([
        eventOf("node_params_changed", START_MS + minute * MIN, { node_id: "kitchen", params: {} }),
      ]);
    at(5);
    await stage.write(minutesOf("kitchen", START_MS, 1));
    await send(5);
    await stage.sweep();
    at(170);
    await stage.sweep();
    expect(await states("kitchen")).toEqual([]);
    for (const minute of [181, 240]) {
      at(minute);
      await stage.sweep();
    }
    expect(await states("kitchen")).toEqual([[1, 60, "raised"]]);
    at(245);
    await send(245);
    await stage.play(6);
    expect(notices()).toEqual(["raised kitchen", "cleared kitchen"]);
  });
});
