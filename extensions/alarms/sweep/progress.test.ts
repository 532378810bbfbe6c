import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { observedSink } from "@rainhooks/sinks/observed-sink";
import type { Sink } from "@rainhooks/sinks/sink";
import type { AlarmTable } from "../alarms/alarm-table.ts";
import { eventOf } from "../testing/played-stage.ts";
import { alarmsTable } from "../watch-tables.ts";
import { noteProgress, readNotes } from "./progress.ts";

const START_MS = Date.UTC(2026, 10, 24);
const SECOND = 1000;

let tables: TestTables;
let table: AlarmTable;
let count = 0;
let nowMs: number;
let written: number;
/** Why an event about a node fails; `undefined` if it does not. */
let failureOf: (node: string) => RainhooksError | undefined;
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
  failureOf = () => undefined;
});

const sink: Sink<RainmakerEvent> = {
  write: async (items) => {
    const failures = items.flatMap(({ id, value }) => {
      const error = failureOf("nodeId" in value.data ? (value.data.nodeId ?? "") : "");
      return error === undefined ? [] : [{ id, error }];
    });
    written += items.length - failures.length;
    return failures;
  },
};
const throttled = new RainhooksError("throttled", "no");
const busy = new RainhooksError("sink-unavailable", "no");
const observed = (of: Sink<RainmakerEvent>, to: AlarmTable, isWanted: () => Promise<boolean>) =>
  observedSink(of, [{ afterBatch: noteProgress(to, "node-status", { isWanted, nowMs: () => nowMs }) }]);
const noting = (isWanted = true, to = table, of = sink) => observed(of, to, async () => isWanted);
/** An event of each node that SNS took so many seconds ago. */
const events = (secondsAgo: number, ...nodes: readonly string[]) =>
  nodes.map((node_id, index) => ({
    id: String(index),
    value: eventOf("node_connected", START_MS, { node_id }, nowMs - secondsAgo * SECOND),
  }));
const notes = () => readNotes(table, "node-status");
const failing = async () =>
  Object.keys(await notes())
    .filter((name) => name.startsWith("failing:"))
    .toSorted();
const MIN = 60 * SECOND;

describe("a sink that notes how far it has come", () => {
  it("notes when half of what it has written was published, four times a minute, and replays by themselves", async () => {
    const writer = noting();
    await writer.write([...events(9000, "a"), ...events(600, "b"), ...events(599, "c")]);
    expect(await notes()).toEqual({ publishedMs: START_MS - 600 * SECOND });
    nowMs += 14 * SECOND;
    await writer.write(events(0, "a"));
    expect((await notes()).publishedMs).toBe(START_MS - 600 * SECOND);
    nowMs += SECOND;
    const [old] = events(90_000, "a").map(({ id, value }) => ({
      id,
      value: { ...value, replay: { job: "r" } },
    }));
    await writer.write([...(old === undefined ? [] : [{ ...old, id: "r" }]), ...events(0, "a")]);
    expect(await notes()).toMatchObject({ publishedMs: nowMs, replayedMs: nowMs });
  });

  it("notes nothing as written that has failed, and of which nodes it was; what no retry can help holds up nothing", async () => {
    failureOf = (node) => {
      const error = new RainhooksError("sink-rejected", "no", { permanent: true });
      return { a: busy, b: error, c: throttled }[node];
    };
    await noting().write(events(600, "a"));
    const untilMs = nowMs + 16 * MIN;
    expect(await notes()).toEqual({ "failing:a": untilMs });
    nowMs += 30 * SECOND;
    await noting().write(events(5, "a", "b", "c"));
    expect(await notes()).toEqual({
      publishedMs: nowMs - 5 * SECOND,
      "failing:a": untilMs,
      "soon:a": nowMs + 4 * MIN,
      "soon:c": nowMs + 4 * MIN,
    });
  });

  it("notes of very many nodes only that they are many, of a long id its beginning, and nothing of a trial", async () => {
    failureOf = () => busy;
    await noting().write(events(600, "x".repeat(2000), TRIAL_NODE));
    expect(await failing()).toEqual([`failing:${"x".repeat(100)}`]);
    await noting().write(events(600, ...Array.from({ length: 21 }, (_, index) => `n${index}`)));
    expect(await failing()).toEqual(["failing:", `failing:${"x".repeat(100)}`]);
  });

  it("notes one node by its id, however many of its events fail", async () => {
    failureOf = () => busy;
    const writer = noting();
    for (const secondsAgo of [600, 5])
      await writer.write(events(secondsAgo, ...Array.from({ length: 30 }, () => "a")));
    expect(Object.keys(await notes()).toSorted()).toEqual(["failing:a", "soon:a"]);
  });

  it("notes what has failed with the first batch with which it can, once the table is back", async () => {
    let isAway = true;
    const isWanted = async () => {
      if (isAway) throw new Error("away");
      return true;
    };
    const writer = observed(sink, table, isWanted);
    failureOf = () => busy;
    await writer.write(events(600, "a"));
    isAway = false;
    failureOf = () => undefined;
    nowMs += MIN;
    await writer.write(events(0, "b"));
    expect(await notes()).toEqual({ publishedMs: nowMs, "failing:a": nowMs + 15 * MIN });
    nowMs += 16 * MIN;
    await writer.write(events(0, "b"));
    expect(await notes()).toMatchObject({ "failing:a": nowMs - MIN });
  });

  it("notes a node at which a sink throws, and lets others throw", async () => {
    const broken: Sink<RainmakerEvent> = { write: () => Promise.reject(new TypeError("broken")) };
    const writer = noting(true, table, broken);
    await expect(writer.write(events(5, "a", "b"))).rejects.toThrow("broken");
    expect(await failing()).toEqual([]);
    expect(await writer.write(events(600, "a"))).toHaveLength(1);
    expect(await failing()).toEqual(["failing:a"]);
  });

  it("writes nothing if nobody wants to know, and events although it cannot note it", async () => {
    await noting(false).write(events(600, "a"));
    expect(await notes()).toEqual({});
    await noting(true, { ...table, tableName: "nowhere" }).write(events(600, "a"));
    expect(written).toBe(2);
    failureOf = () => busy;
    expect(await noting(true, { ...table, tableName: "nowhere" }).write(events(600, "a"))).toHaveLength(1);
  });
});
