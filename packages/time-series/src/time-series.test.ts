import { DeleteItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { eachPoint } from "./points.ts";
import { listSeries, readPoints } from "./read-points.ts";
import { LIST_AGAIN_MS, seriesListItem } from "./series-keys.ts";
import { type TimeSeriesEvent, timeSeriesSink } from "./time-series-sink.ts";
import { timeSeriesRollupsTable, timeSeriesTable } from "./time-series-tables.ts";

const FOREVER = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

function eventOf(data: object): TimeSeriesEvent {
  const decoded = decode(deliveryOf({ event_type: "rmaker.event.node_ts_data", event_data: data }));
  if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
  return decoded.event as TimeSeriesEvent;
}

function seriesEvent(
  node_id: string,
  name: string,
  records: object[],
  dt = "float",
): TimeSeriesEvent {
  return eventOf({ node_id, ts_data: [{ name, dt, records }] });
}

describe("the time-series table", () => {
  let tables: TestTables;
  const reader = () => ({ client: tables.client, tableName: timeSeriesTable.name });
  const sink = (retentionDays = 0) =>
    timeSeriesSink({
      ...reader(),
      rollupsTableName: timeSeriesRollupsTable.name,
      nowMs: Date.now,
      retentionDays,
    });
  const write = async (...events: TimeSeriesEvent[]) =>
    sink().write(events.map((value, index) => ({ id: String(index), value })));
  const valuesOf = async (nodeId: string, name: string) =>
    (await readPoints(reader(), { nodeId, name, ...FOREVER }, 0)).map(({ atMs, value }) => [
      atMs / 1000,
      value,
    ]);

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(timeSeriesTable);
    await tables.create(timeSeriesRollupsTable);
  });
  afterAll(() => tables.stop());

  test.each([
    ["bool", true],
    ["int", -7],
    ["float", 25.5],
    ["float", 1e300],
    ["string", ""],
    ["string", "on"],
    ["object", { max: 16 }],
    ["array", [1, [2]]],
  ])("the time-series table returns a %s unchanged: %j", async (dt, v) => {
    const name = `type.${dt}`;
    await write(eventOf({ node_id: JSON.stringify(v), name, dt, t: 5, v }));
    const points = await readPoints(reader(), { nodeId: JSON.stringify(v), name, ...FOREVER }, 0);
    expect(points).toEqual([{ atMs: 5000, dataType: dt, value: v }]);
  });

  it("the time-series table has points in the order of their times, in whatever order they arrive, each once", async () => {
    const late = seriesEvent("ordered", "t", [
      { t: 10, v: 1 },
      { t: 9, v: 2 },
    ]);
    const early = seriesEvent("ordered", "t", [
      { t: 1_700_000_000, v: 3 },
      { t: 100, v: 4 },
    ]);
    await write(early, late);
    await write(late, late, early);
    expect(await valuesOf("ordered", "t")).toEqual([
      [9, 2],
      [10, 1],
      [100, 4],
      [1_700_000_000, 3],
    ]);
  });

  it("the time-series table has two different readings of one second side by side", async () => {
    await write(
      seriesEvent("same-second", "t", [
        { t: 10, v: 1 },
        { t: 10, v: 2 },
      ]),
    );
    expect(await valuesOf("same-second", "t")).toEqual([
      [10, 1],
      [10, 2],
    ]);
  });

  it("the time-series table reads a range up to but not including its end", async () => {
    await write(
      seriesEvent(
        "range",
        "t",
        [10, 20, 30].map((t) => ({ t, v: t })),
      ),
    );
    const range = { nodeId: "range", name: "t", fromMs: 10_000, toMs: 30_000 };
    expect((await readPoints(reader(), range, 0)).map(({ value }) => value)).toEqual([10, 20]);
  });

  it("the time-series table accepts a node id that a URL cannot contain", async () => {
    await write(seriesEvent("half \ud800 pair", "t", [{ t: 1, v: 1 }]));
    expect(await valuesOf("half \ud800 pair", "t")).toEqual([[1, 1]]);
  });

  it("the time-series table separates series whose joined names are equal", async () => {
    await write(
      seriesEvent("a#b", "c", [{ t: 1, v: 1 }]),
      seriesEvent("a", "b#c", [{ t: 1, v: 2 }]),
    );
    expect(await valuesOf("a#b", "c")).toEqual([[1, 1]]);
    expect(await valuesOf("a", "b#c")).toEqual([[1, 2]]);
  });

  it("the time-series table lists the series of a node", async () => {
    await write(
      seriesEvent("lists", "Light.Brightness", [{ t: 1, v: 1 }]),
      seriesEvent("lists", "Light.Power", [{ t: 1, v: 1 }]),
    );
    await write(seriesEvent("lists", "Light.Brightness", [{ t: 2, v: "n/a" }], "string"));
    expect(await listSeries(reader(), "lists")).toEqual([
      { name: "Light.Brightness", kinds: ["number", "string"] },
      { name: "Light.Power", kinds: ["number"] },
    ]);
    expect(await listSeries(reader(), "nobody")).toEqual([]);
  });

  it("the time-series table lists a series again for a replay, although it knows that it has listed it", async () => {
    const knowing = sink();
    const put = (value: TimeSeriesEvent) => knowing.write([{ id: "1", value }]);
    const event = seriesEvent("wiped", "t", [{ t: 1, v: 1 }]);
    await put(event);
    const Key = seriesListItem("wiped", "t", "number");
    await tables.client.send(new DeleteItemCommand({ TableName: timeSeriesTable.name, Key }));
    await put(event);
    expect(await listSeries(reader(), "wiped")).toEqual([]);
    await put({ ...event, replay: { job: "job-1" } });
    expect(await listSeries(reader(), "wiped")).toEqual([{ name: "t", kinds: ["number"] }]);
  });

  it("the time-series table lists a series again after a day: its list may have been erased", async () => {
    let nowMs = Date.now();
    const days = timeSeriesSink({
      ...reader(),
      rollupsTableName: timeSeriesRollupsTable.name,
      nowMs: () => nowMs,
      retentionDays: 0,
    });
    const put = async (t: number) => {
      await days.write([{ id: "1", value: seriesEvent("back", "Light.Power", [{ t, v: 1 }]) }]);
      return (await listSeries(reader(), "back")).length;
    };
    expect(await put(1)).toBe(1);
    const { series = { S: "" }, group = { S: "" } } = seriesListItem(
      "back",
      "Light.Power",
      "number",
    );
    await tables.client.send(
      new DeleteItemCommand({ TableName: timeSeriesTable.name, Key: { series, group } }),
    );
    nowMs += LIST_AGAIN_MS - 1;
    expect(await put(2)).toBe(0);
    nowMs += 1;
    expect(await put(3)).toBe(1);
  });

  it("the time-series table lists the series of a node that are more than one page of DynamoDB, by name", async () => {
    const names = ["b", "a", "c#d", "c"];
    await write(...names.map((name) => seriesEvent("pages", name, [{ t: 1, v: 1 }])));
    const { client } = tables;
    const send = client.send.bind(client);
    const inPages = Object.assign(Object.create(client), {
      send: (command: QueryCommand) => send(new QueryCommand({ ...command.input, Limit: 1 })),
    });
    const listed = await listSeries({ ...reader(), client: inPages }, "pages");
    expect(listed.map(({ name }) => name)).toEqual(["a", "b", "c", "c#d"]);
  });

  it("the time-series table expires a point by its own days, or by the deployment's, and does not return it afterwards", async () => {
    const own = eventOf({ node_id: "ttl", name: "own", dt: "int", t: 1000, v: 1, d: 1 });
    const other = eventOf({ node_id: "ttl", name: "other", dt: "int", t: 1000, v: 1 });
    await sink(2).write([
      { id: "1", value: own },
      { id: "2", value: other },
    ]);
    const { Items = [] } = await tables.client.send(
      new ScanCommand({
        TableName: timeSeriesTable.name,
        FilterExpression: "begins_with(series, :ttl) AND attribute_exists(expiresAtS)",
        ExpressionAttributeValues: { ":ttl": { S: "ttl#" } },
      }),
    );
    const expiries = Items.map(({ series, expiresAtS }) => [series?.S, Number(expiresAtS?.N)]);
    expect(Object.fromEntries(expiries)).toEqual({
      "ttl#own": 1000 + 86_400,
      "ttl#other": 1000 + 2 * 86_400,
    });
    const range = { nodeId: "ttl", name: "own", ...FOREVER };
    expect(await readPoints(reader(), range, (1000 + 86_400) * 1000 - 1)).toHaveLength(1);
    expect(await readPoints(reader(), range, (1000 + 86_400) * 1000)).toEqual([]);
  });

  test.each([[[1, 30]], [[30, 1]], [[30, 1, 30, 7]]])(
    "the time-series table has a reading that came with %j days to live once, until the last of them ends",
    async (days) => {
      const nodeId = `lives-${days.join("-")}`;
      for (const d of days) {
        await write(eventOf({ node_id: nodeId, name: "t", dt: "int", t: 1000, v: 1, d }));
      }
      const range = { nodeId, name: "t", ...FOREVER };
      const endMs = (count: number) => (1000 + count * 86_400) * 1000;
      expect((await readPoints(reader(), range, 0)).map(({ value }) => value)).toEqual([1]);
      expect(await readPoints(reader(), range, endMs(2))).toHaveLength(1);
      expect(await readPoints(reader(), range, endMs(30) - 1)).toHaveLength(1);
      expect(await readPoints(reader(), range, endMs(30))).toEqual([]);
      for (const newestFirst of [true, false]) {
        const first = await collect(eachPoint(reader(), range, 0, { newestFirst, perCall: 1 }));
        expect(first).toHaveLength(1);
        const rest = await collect(
          eachPoint(reader(), range, 0, { newestFirst, after: first[0]?.pointKey }),
        );
        expect(rest).toEqual([]);
      }
    },
  );

  it("the time-series table writes the valid readings of an event, and then fails because of the others", async () => {
    const failures = await write(
      seriesEvent("partly", "t", [
        { t: 1, v: 1 },
        { t: 2, v: "warm" },
      ]),
    );
    expect(failures).toMatchObject([
      { id: "0", error: { code: "points-rejected", permanent: true } },
    ]);
    expect(failures[0]?.error.message).toContain('records[1]: v: cannot be stored as "float"');
    expect(await valuesOf("partly", "t")).toEqual([[1, 1]]);
  });

  it("the time-series table fails only for the series whose name DynamoDB rejects", async () => {
    const failures = await write(
      seriesEvent("long", "x".repeat(3000), [{ t: 1, v: 1 }]),
      seriesEvent("long", "short", [{ t: 1, v: 1 }]),
    );
    expect(failures).toMatchObject([
      { id: "0", error: { code: "sink-rejected", permanent: true } },
    ]);
    expect(await valuesOf("long", "short")).toEqual([[1, 1]]);
  });
});
