import { expect, it } from "@jest/globals";
import type { Alarm } from "../alarms/alarm.ts";
import { eachStage, eventOf, minutesOf, type PlayedStage } from "../testing/played-stage.ts";
import { alarmEvents } from "./alarm-event.ts";

const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const OFFLINE = { name: "gone", kind: "offline", for: "10m" };
const HOT = { name: "hot", kind: "threshold", series: "T", above: 30 };

let stage: PlayedStage;
eachStage(START_MS, [OFFLINE, HOT], (one) => {
  stage = one;
});

const at = (minute: number) => {
  stage.nowMs = START_MS + minute * MIN;
};
const configure = (node_id: string, name: string) =>
  stage.write([
    eventOf("node_config_changed", stage.nowMs, { node_id, config: { info: { name } } }),
  ]);
const value = (node_id: string, v: number) => {
  const records = [{ t: stage.nowMs / 1000, v }];
  return stage.write([
    eventOf("node_ts_data", stage.nowMs, {
      node_id,
      ts_data: [{ name: "T", dt: "float", records }],
    }),
  ]);
};
const told = () =>
  stage.sent.flatMap(({ notice, rule, alarms }) =>
    alarms.map(({ node_id, node_name }) => `${notice} ${rule} ${node_id} ${node_name ?? "-"}`),
  );

it("an event about an alarm names its node as it was called when the alarm was raised", async () => {
  at(1);
  await configure("n0", "Kitchen");
  await stage.write([...minutesOf("n0", START_MS, -1), ...minutesOf("n1", START_MS, -1)]);
  at(12);
  await stage.sweep();
  await configure("n0", "Pantry");
  await stage.write([...minutesOf("n0", START_MS, 13), ...minutesOf("n1", START_MS, 13)]);
  await stage.play(8);
  expect(told().toSorted()).toEqual([
    "cleared gone n0 Kitchen",
    "cleared gone n1 -",
    "raised gone n0 Kitchen",
    "raised gone n1 -",
  ]);
});

it("an event that is published again names the node as before, although it has another name by then", async () => {
  at(1);
  await configure("n0", "Kitchen");
  await stage.write(minutesOf("n0", START_MS, -1));
  at(12);
  await stage.killedAfterSending(0);
  await configure("n0", "Pantry");
  await stage.play(1);
  expect(told()).toEqual(["raised gone n0 Kitchen", "raised gone n0 Kitchen"]);
  expect(stage.sent[1]).toEqual(stage.sent[0]);
});

it("an alarm of a series has the name of its node, too, and that of an alarm which it continues", async () => {
  at(1);
  await configure("n0", "Kitchen");
  at(2);
  await value("n0", 31);
  await stage.sweep();
  await stage.addRule({ ...HOT, severity: "high" }, stage.nowMs + 1);
  await stage.play(2);
  const alarms = await stage.alarmsOf("n0");
  expect(alarms.map(({ version, nodeName }) => [version, nodeName])).toEqual([
    [1, "Kitchen"],
    [2, "Kitchen"],
  ]);
});

it("events about many alarms fit in a message each, whatever the names of nodes are", () => {
  const nodeName = "\u0001".repeat(100);
  const due = Array.from({ length: 450 }, (_, index) => {
    const alarm: Alarm = {
      alarmId: `alarm-${index}`,
      rule: "gone",
      version: 1,
      nodeId: `node-${index}`,
      nodeName,
      kind: "offline",
      severity: "low",
      startMs: 0,
      raisedMs: 0,
      endMs: undefined,
      ended: undefined,
      revision: 1,
    };
    return { alarm, entry: { notice: "raised", revision: 1, atMs: 0 } as const };
  });
  const events = alarmEvents(due).map(({ event }) => event);
  expect(events.flatMap(({ alarms }) => alarms)).toHaveLength(450);
  for (const event of events)
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(128 * 1024);
});
