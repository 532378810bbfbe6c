import { describe, expect, it } from "@jest/globals";
import type { RainmakerEvent } from "@rainhooks/core";
import { readGroupAlarms } from "../alarms/alarm-store.ts";
import { BackTest } from "../back-test/back-test.ts";
import { readRule } from "../rule/read-rule.ts";
import { eachStage } from "../testing/each-stage.ts";
import { eventOf, type PlayedStage } from "../testing/played-stage.ts";

const START_MS = Date.UTC(2026, 10, 24);
const HOUR = 3_600_000;
const RULE = { name: "bad", kind: "regression", window: "6h", nodes: 10, count: 10 };
const NODES = 40;

let stage: PlayedStage;
eachStage(START_MS, [], (one) => {
  stage = one;
});

const nameOf = (node: number) => `n${node}`;
const report = (node: number, firmware: string, atMs: number) =>
  eventOf("node_config_changed", atMs, { node_id: nameOf(node), config: { info: { fw_version: firmware } } });
const changed = (node: number, state: "connected" | "disconnected", atMs: number) =>
  eventOf(`node_${state}`, atMs, { node_id: nameOf(node) });

/** Forty nodes; half of them get 2.0 at hour 2, and drop each hour until hour 20. */
function story(hours: number): RainmakerEvent[] {
  const events: RainmakerEvent[] = [];
  for (let node = 0; node < NODES; node += 1) {
    const isNew = node < NODES / 2;
    events.push(changed(node, "connected", START_MS), report(node, "1.0", START_MS + 1));
    if (isNew) events.push(report(node, "2.0", START_MS + 2 * HOUR + 1));
    for (let hour = 1; hour < hours; hour += 1) {
      const isBad = isNew && hour > 2 && hour < 20;
      if (!isBad && (hour + node) % 12 !== 0) continue;
      const atMs = START_MS + hour * HOUR + ((node * 7919) % 3000) * 1000;
      events.push(changed(node, "disconnected", atMs), changed(node, "connected", atMs + 60_000));
    }
  }
  return events.toSorted((a, b) => a.atMs - b.atMs);
}

/** Plays events by the time at which they come; a sweep six minutes after each hour. */
async function play(events: readonly RainmakerEvent[], hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    const untilMs = START_MS + (hour + 1) * HOUR;
    await stage.write(events.filter(({ sentAtMs }) => sentAtMs >= untilMs - HOUR && sentAtMs < untilMs));
    stage.nowMs = untilMs + 6 * 60_000;
    await stage.sweep();
  }
}

const alarms = async (version = 1) => {
  const found = await readGroupAlarms(
    stage.tables.alarms,
    { rule: readRule(JSON.stringify(RULE)), version },
    0,
  );
  return found.map(({ alarmId, nodeId, startMs, endMs, ended, retractedMs, memberCount, ratio }) => ({
    alarmId,
    nodeId,
    start: (startMs - START_MS) / HOUR,
    end: endMs === undefined ? undefined : (endMs - START_MS) / HOUR,
    ended: retractedMs === undefined ? ended : "retracted",
    memberCount,
    ratio,
  }));
};
const sent = () => stage.sent.map(({ notice, alarms: [alarm] }) => `${notice} ${alarm?.node_id}`);

function backTest(events: readonly RainmakerEvent[]): BackTest {
  const versions = [
    { rule: readRule(JSON.stringify(RULE)), version: 1, fromMs: START_MS, untilMs: undefined },
  ];
  const test = new BackTest({ versions, fromMs: START_MS, toMs: stage.nowMs });
  for (const event of events) test.add(event);
  return test;
}

describe("a regression", () => {
  it("is raised hours after the update, and cleared hours after its end; the back-test finds the same", async () => {
    await stage.addRule(RULE);
    const events = story(32);
    await play(events, 32);
    const [alarm, ...others] = await alarms();
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ nodeId: "firmware:2.0", ended: "cleared", memberCount: 20 });
    expect(alarm?.start).toBeLessThan(8);
    expect(alarm?.end).toBeGreaterThan(20);
    expect(sent()).toEqual(["raised firmware:2.0", "cleared firmware:2.0"]);
    expect(stage.sent[0]?.alarms[0]).toMatchObject({ member_count: 20, members: [], ratio: alarm?.ratio });
    expect(backTest(events).leadMs).toBe(30 * HOUR);
    expect(backTest(events).alarms()).toMatchObject([
      {
        alarmId: alarm?.alarmId,
        startMs: START_MS + (alarm?.start ?? 0) * HOUR,
        endMs: START_MS + (alarm?.end ?? 0) * HOUR,
      },
    ]);
  });

  it("is the same if events come hours late and twice; what was raised meanwhile is taken back", async () => {
    await stage.addRule(RULE);
    const events = story(16);
    // The old firmware dropped as often, and it is known late.
    const many = Array.from({ length: NODES / 2 }, (_, node) => node + NODES / 2).flatMap((node) =>
      Array.from({ length: 14 }, (_, hour) => START_MS + (hour + 1) * HOUR + node * 1000).flatMap((atMs) => [
        { ...changed(node, "disconnected", atMs), sentAtMs: START_MS + 12.5 * HOUR },
        { ...changed(node, "connected", atMs + 60_000), sentAtMs: START_MS + 12.5 * HOUR },
      ]),
    );
    await play([...events, ...many, ...many], 16);
    expect(sent()).toEqual(["raised firmware:2.0", "retracted firmware:2.0"]);
    expect((await alarms()).map(({ ended }) => ended)).toEqual(["retracted"]);
    expect(backTest([...events, ...many]).alarms()).toEqual([]);
  });

  it("closes silently when its rule changes, goes on under the new version, and is raised by a rule that comes later", async () => {
    const events = story(14);
    await stage.write(events.filter(({ atMs }) => atMs < START_MS + 12 * HOUR));
    stage.nowMs = START_MS + 12 * HOUR + 6 * 60_000;
    await stage.addRule(RULE);
    await stage.play(2);
    expect(sent()).toEqual(["raised firmware:2.0"]);
    await stage.addRule({ ...RULE, count: 12 });
    await stage.play(2);
    expect(sent()).toEqual(["raised firmware:2.0"]);
    const [before] = await alarms(1);
    const [after] = await alarms(2);
    expect(before?.ended).toBe("rule-changed");
    expect(after).toMatchObject({ start: before?.start, ended: undefined });
    stage.nowMs += HOUR;
    expect(await stage.sweep()).toMatchObject({ changed: 1, sent: 0 });
    stage.nowMs += 60_000;
    expect(await stage.sweep()).toMatchObject({ changed: 0 });
  });
});
