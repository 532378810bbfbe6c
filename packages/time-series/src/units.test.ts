import { QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { HOUR_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { describeSeries, readLastPoint } from "./read-points.ts";
import { type TimeSeriesEvent, timeSeriesSink } from "./time-series-sink.ts";
import { timeSeriesRollupsTable, timeSeriesTable } from "./time-series-tables.ts";

const START_MS = Date.UTC(2026, 4, 1, 9);

function eventOf(nodeId: string, afterMs: readonly number[], d?: number): TimeSeriesEvent {
  const records = afterMs.map((ms, index) => ({
    t: START_MS + ms,
    v: index,
    ...(d === undefined ? {} : { d }),
  }));
  const data = { node_id: nodeId, ts_data: [{ name: "Room.Temperature", dt: "float", records }] };
  const decoded = decode(deliveryOf({ event_type: "rmaker.event.node_ts_data", event_data: data }));
  if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
  return decoded.event as TimeSeriesEvent;
}

const minutes = (count: number) => Array.from({ length: count }, (_, minute) => minute * 60_000);

describe("the units of DynamoDB", () => {
  let tables: TestTables;
  /** The units and the number of items of each call. */
  const calls: { readonly units: number; readonly items: number }[] = [];

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(timeSeriesTable);
    await tables.create(timeSeriesRollupsTable);
    tables.client.middlewareStack.add(
      (next) => async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
        const result = await next(args);
        if (!("ConsumedCapacity" in result.output)) return result;
        const consumed = [result.output.ConsumedCapacity].flat();
        const units = consumed.map((one) =>
          one && "CapacityUnits" in one ? (one.CapacityUnits ?? 0) : 0,
        );
        const items = "Count" in result.output ? (result.output.Count ?? 0) : 0;
        calls.push({ units: units.reduce((sum, one) => sum + one, 0), items });
        return result;
      },
      { step: "initialize" },
    );
  });
  afterAll(() => tables.stop());

  const reader = () => ({ client: tables.client, tableName: timeSeriesTable.name });
  const newSink = () =>
    timeSeriesSink({
      ...reader(),
      rollupsTableName: timeSeriesRollupsTable.name,
      nowMs: () => START_MS,
      retentionDays: 30,
    });
  async function unitsOf(work: () => Promise<unknown>): Promise<number> {
    calls.length = 0;
    await work();
    return calls.reduce((sum, { units }) => sum + units, 0);
  }
  async function itemsOf(nodeId: string) {
    const { Items = [] } = await tables.client.send(
      new ScanCommand({ TableName: timeSeriesTable.name }),
    );
    return Items.filter(
      ({ series }) => series?.S === nodeId || series?.S?.startsWith(`${nodeId}#`),
    );
  }

  test.each([
    [1, 1],
    [2, 1],
    [10, 1],
    [60, 1],
  ])(
    "an event with %i readings of one hour costs %i units to write, and one more to list the series",
    async (count, units) => {
      const sink = newSink();
      const write = (event: TimeSeriesEvent) => sink.write([{ id: "1", value: event }]);
      const nodeId = `writes-${count}`;
      expect(await unitsOf(() => write(eventOf(nodeId, minutes(count))))).toBe(units + 1);
      expect(await unitsOf(() => write(eventOf(nodeId, minutes(count))))).toBe(units);
    },
  );

  it("the units are one for each hour and each number of days to live", async () => {
    const sink = newSink();
    const write = (event: TimeSeriesEvent) => sink.write([{ id: "1", value: event }]);
    await write(eventOf("hours", [0]));
    expect(await unitsOf(() => write(eventOf("hours", [0, 1000, HOUR_MS, HOUR_MS + 1000])))).toBe(
      2,
    );
  });

  it("the units of an event that has a series twice are those of one item", async () => {
    const ts_data = ["int", "float"].map((dt) => ({
      name: "s",
      dt,
      records: [{ t: START_MS, v: 1 }],
    }));
    const data = { node_id: "twice", ts_data };
    const decoded = decode(
      deliveryOf({ event_type: "rmaker.event.node_ts_data", event_data: data }),
    );
    if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
    await newSink().write([{ id: "1", value: decoded.event as TimeSeriesEvent }]);
    expect((await itemsOf("twice")).filter(({ data }) => data !== undefined)).toHaveLength(1);
  });

  it("the units of a repeated event change nothing: the table is the same", async () => {
    const write = () => newSink().write([{ id: "1", value: eventOf("again", minutes(70)) }]);
    await write();
    const before = await itemsOf("again");
    expect(before).toHaveLength(3);
    await write();
    expect(await itemsOf("again")).toEqual(before);
  });

  it("the units to read the last point are those of its hour, however long the series is", async () => {
    const sink = newSink();
    for (const hour of [0, 1, 2]) {
      const items = minutes(40).map((ms, index) => {
        return { id: String(index), value: eventOf("reads", [hour * HOUR_MS + ms]) };
      });
      expect(await sink.write(items)).toEqual([]);
    }
    const range = { nodeId: "reads", name: "Room.Temperature", toMs: Number.MAX_SAFE_INTEGER };
    calls.length = 0;
    expect((await readLastPoint(reader(), range, 0))?.atMs).toBe(
      START_MS + 2 * HOUR_MS + 39 * 60_000,
    );
    expect(calls.map(({ items }) => items)).toEqual([10, 30]);
    calls.length = 0;
    const before = { ...range, toMs: START_MS + 2 * HOUR_MS + 5 * 60_000 };
    expect((await readLastPoint(reader(), before, 0))?.atMs).toBe(
      START_MS + 2 * HOUR_MS + 4 * 60_000,
    );
    expect(calls.map(({ items }) => items)).toEqual([10]);
    const units = await unitsOf(() => describeSeries(reader(), "reads", ["Room.Temperature"], 0));
    expect(units).toBeLessThanOrEqual(2);
  });

  it("the units to read points behind expired ones grow with each call, and never include other hours twice", async () => {
    const sink = newSink();
    for (let hour = 0; hour < 60; hour++) {
      await sink.write([
        { id: "1", value: eventOf("expired", [hour * HOUR_MS], hour === 0 ? 30 : 0.5) },
      ]);
    }
    const range = { nodeId: "expired", name: "Room.Temperature", toMs: Number.MAX_SAFE_INTEGER };
    calls.length = 0;
    const last = await readLastPoint(reader(), range, START_MS + 20 * 24 * HOUR_MS);
    expect(last?.atMs).toBe(START_MS);
    // The first call ends in an hour whose other groups, none, are read with the second one.
    expect(calls.map(({ items }) => items)).toEqual([10, 0, 50]);
    const { Items = [] } = await tables.client.send(
      new QueryCommand({
        TableName: timeSeriesTable.name,
        KeyConditionExpression: "series = :series",
        ExpressionAttributeValues: { ":series": { S: "expired" } },
      }),
    );
    expect(Items).toHaveLength(1);
  });
});
