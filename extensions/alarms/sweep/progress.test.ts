import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { observedSink } from "@rainhooks/sinks/observed-sink";
import type { Sink } from "@rainhooks/sinks/sink";
import { eventOf } from "../testing/played-stage.ts";
import { alarmsTable } from "../watch-tables.ts";
import { noteProgress, readNotes } from "./progress.ts";

const START_MS = Date.UTC(2026, 10, 24);
const SECOND = 1000;

let tables: TestTables;
let table: TableAccess;
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
const busy = new RainhooksError("sink-unavailable", "no");
const observed = (of: Sink<RainmakerEvent>, to: TableAccess, marks: () => Promise<unknown>) =>
  observedSink(of, [{ afterBatch: noteProgress(to, "node-status", marks, () => nowMs) }]);
const noting = (isWanted = true, to = table, of = sink) =>
  observed(of, to, async () => isWanted || undefined);
/** An event of each node that SNS took so many seconds ago. */
const events = (secondsAgo: number, ...nodes: readonly string[]) =>
  nodes.map((node_id, index) => ({
    id: String(index),
    value: eventOf("node_connected", START_MS, { node_id }, nowMs - secondsAgo * SECOND),
  }));
const notes = () => readNotes(table, "node-status");
const many = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);
const MIN = 60 * SECOND;

describe("a sink that notes how far it has come", () => {
  it("a sink that notes its progress notes when half of what it has written was published, four times a minute, and replays by themselves", async () => {
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

  it("a sink that notes its progress notes nothing as written that has failed, and until when events of many nodes are hidden; what no retry can help holds up nothing", async () => {
    const permanent = new RainhooksError("sink-rejected", "no", { permanent: true });
    failureOf = (node) => (node === "b" ? permanent : busy);
    const writer = noting();
    await writer.write(events(600, ...many(20), "b"));
    expect(await notes()).toEqual({ publishedMs: START_MS - 600 * SECOND });
    nowMs += 30 * SECOND;
    await writer.write(events(5, "c"));
    expect(await notes()).toMatchObject({ failingUntilMs: START_MS + 16 * MIN, failedMs: nowMs });
    nowMs += 16 * MIN;
    await writer.write(events(5, "c"));
    expect(await notes()).toMatchObject({ failingUntilMs: START_MS + 16 * MIN });
    await noting().write(events(5, ...many(21)));
    expect(await notes()).toMatchObject({ failingUntilMs: nowMs + 4 * MIN });
  });

  it("a sink that notes its progress counts the nodes whose events fail, not the events", async () => {
    failureOf = () => busy;
    await noting().write(events(600, ...Array.from({ length: 30 }, () => "a")));
    expect(await notes()).toEqual({});
  });

  it("a sink that notes its progress notes what has failed with the first batch with which it can, once the table is back", async () => {
    let isAway = true;
    const isWanted = async () => {
      if (isAway) throw new Error("away");
      return true;
    };
    const writer = observed(sink, table, isWanted);
    failureOf = () => busy;
    await writer.write(events(600, ...many(21)));
    isAway = false;
    failureOf = () => undefined;
    nowMs += MIN;
    await writer.write(events(0, "b"));
    expect(await notes()).toEqual({
      publishedMs: nowMs,
      failingUntilMs: nowMs + 15 * MIN,
      failedMs: nowMs - MIN,
    });
  });

  it("a sink that notes its progress writes nothing if nobody wants to know, and events although it cannot note it", async () => {
    await noting(false).write(events(600, "a"));
    expect(await notes()).toEqual({});
    await noting(true, { ...table, tableName: "nowhere" }).write(events(600, "a"));
    expect(written).toBe(2);
    failureOf = () => busy;
    expect(
      await noting(true, { ...table, tableName: "nowhere" }).write(events(600, "a")),
    ).toHaveLength(1);
  });
});
