import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { RainhooksError, type RainmakerEvent } from "@rainhooks/core";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import type { Sink } from "@rainhooks/sinks";
import type { AlarmTable } from "../alarms/alarm-table.ts";
import { eventOf } from "../testing/played-stage.ts";
import { alarmsTable } from "../watch-tables.ts";
import { notingProgress, obstacleOf } from "./progress.ts";

const START_MS = Date.UTC(2026, 10, 24);
const SECOND = 1000;
const MIN = 60 * SECOND;

let tables: TestTables;
let table: AlarmTable;
let count = 0;
let nowMs: number;
let written: number;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  count += 1;
  table = { client: tables.client, tableName: `progress-${count}` };
  await tables.create({ ...alarmsTable, name: table.tableName });
  nowMs = START_MS;
  written = 0;
});

const sink: Sink<RainmakerEvent> = {
  write: async (items) => {
    written += items.length;
    return [];
  },
};
const noting = (isWanted = true, to = table) =>
  notingProgress(sink, to, "node-status", { isWanted: async () => isWanted, nowMs: () => nowMs });
/** Events that SNS took so many seconds ago. */
const events = (...secondsAgo: readonly number[]) =>
  secondsAgo.map((seconds, index) => ({
    id: String(index),
    value: eventOf("node_connected", START_MS, { node_id: "kitchen" }, nowMs - seconds * SECOND),
  }));
const replayed = () =>
  events(90_000).map(({ id, value }) => ({
    id,
    value: { ...value, replay: { job: "r1" } },
  }));
const obstacle = (waiting: number) => obstacleOf(table, "node-status", waiting, nowMs);

describe("sweeps", () => {
  it("wait while a webhook writes old events and others wait in its queue", async () => {
    expect(await obstacle(5000)).toBeUndefined();
    await noting().write(events(601, 600, 599));
    expect(await obstacle(5000)).toBe(
      "node-status has not written the events of the last 10 minutes; 5000 messages wait for it",
    );
    expect(await obstacle(0)).toBeUndefined();
  });

  it("do not wait for single events that come late, or for a queue that moves", async () => {
    await noting().write(events(9000, 1, 1));
    expect(await obstacle(5000)).toBeUndefined();
    nowMs += 119 * SECOND - SECOND;
    expect(await obstacle(5000)).toBeUndefined();
    nowMs += 2 * SECOND;
    expect(await obstacle(5000)).toMatch(/of the last 2 minutes/);
  });

  it("wait until three minutes after the last event of a replay, whatever the queue", async () => {
    const writer = noting();
    await writer.write(replayed());
    expect(await obstacle(0)).toBe("a replay fills the tables of node-status");
    nowMs += 2 * MIN;
    await writer.write(replayed());
    nowMs += 3 * MIN - 1;
    expect(await obstacle(0)).toMatch(/a replay/);
    nowMs += 1;
    expect(await obstacle(0)).toBeUndefined();
  });
});

describe("a sink that notes how far it has come", () => {
  it("does so at most twice a minute", async () => {
    const writer = noting();
    await writer.write(events(600));
    nowMs += 29 * SECOND;
    await writer.write(events(0));
    expect(await obstacle(1)).toMatch(/of the last 10 minutes/);
    nowMs += SECOND;
    await writer.write(events(0));
    expect(await obstacle(1)).toBeUndefined();
  });

  it("writes nothing if nobody wants to know, and events although it cannot note it", async () => {
    await noting(false).write(events(600));
    expect(await obstacle(1)).toBeUndefined();
    await noting(true, { ...table, tableName: "nowhere" }).write(events(600));
    expect(written).toBe(2);
    const failing: Sink<RainmakerEvent> = {
      write: async () => [{ id: "0", error: new RainhooksError("sink-unavailable", "no") }],
    };
    const writer = notingProgress(failing, table, "node-status", {
      isWanted: async () => true,
      nowMs: () => nowMs,
    });
    expect(await writer.write(events(600))).toHaveLength(1);
  });
});
