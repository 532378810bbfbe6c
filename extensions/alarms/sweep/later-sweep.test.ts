import { expect, it } from "@jest/globals";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { alarmState } from "../alarms/alarm.ts";
import { readWatchRules } from "../rules/rule-store.ts";
import { eachStage, minutesOf, type PlayedStage } from "../testing/played-stage.ts";
import { evaluateNode } from "./evaluate-node.ts";
import { SweepMemory } from "./sweep-state.ts";

const START_MS = Date.UTC(2026, 10, 24);

let stage: PlayedStage;
eachStage(START_MS, [{ name: "gone", kind: "offline", for: "10m" }], (one) => {
  stage = one;
});

it("a sweep that has lost its lease takes back nothing that a later one has found", async () => {
  stage.nowMs = START_MS + MINUTE_MS;
  await stage.write(minutesOf("n0", START_MS, -1));
  stage.nowMs = START_MS + 12 * MINUTE_MS;
  await stage.sweep();
  const states = async () =>
    (await stage.alarmsOf("n0")).map((alarm) => alarmState(alarm, stage.nowMs));
  expect(await states()).toEqual(["raised"]);
  const rules = await readWatchRules(stage.tables.rules);
  const earlier = {
    tables: stage.tables,
    rules,
    nowMs: START_MS + 5 * MINUTE_MS,
    outages: [],
    doSeriesWait: false,
    memory: new SweepMemory(),
    hasTime: () => true,
    pieceSize: 1,
  };
  expect(await evaluateNode(earlier, { nodeId: "n0" })).toEqual({ alarms: [], changed: 0 });
  expect(await states()).toEqual(["raised"]);
});
