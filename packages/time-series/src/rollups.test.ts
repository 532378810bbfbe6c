import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { DAY_MS } from "@rainhooks/core/durations";
import { deliveryOf } from "@rainhooks/testing/samples";
import { querySeries, type SeriesQuery } from "./query.ts";
import { describeSeries } from "./read-points.ts";
import { useSeriesTables } from "./testing/series-tables.ts";
import { type TimeSeriesEvent, timeSeriesSink } from "./time-series-sink.ts";
import { timeSeriesRollupsTable } from "./time-series-tables.ts";

const START_MS = Date.UTC(2026, 2, 1);
const NOW_MS = START_MS + 10 * DAY_MS;

const SUM_OF_DAYS: SeriesQuery = {
  nodeId: "node",
  name: "s",
  kind: "number",
  fromMs: START_MS,
  toMs: START_MS + 3 * DAY_MS,
  aggregate: "sum",
  calendar: { interval: "day", timezone: "UTC", weekStart: "monday" },
  differential: false,
  resetOnNegative: false,
  newestFirst: false,
  limit: 100,
};

describe("rollups", () => {
  const reader = useSeriesTables({ keepsRollups: true });

  async function write(
    nodeId: string,
    records: { t: number; v: unknown; d?: number }[],
    nowMs: number,
    name = "s",
    client = reader().client,
  ) {
    const sink = timeSeriesSink({ ...reader(), client, nowMs: () => nowMs, retentionDays: 0 });
    const items = records.map(({ v, ...record }, index) => {
      const dt = Array.isArray(v)
        ? "array"
        : typeof v === "number"
          ? "float"
          : typeof v === "boolean"
            ? "bool"
            : "string";
      const data = { node_id: nodeId, name, dt, v, ...record };
      const decoded = decode(
        deliveryOf({ event_type: "rmaker.event.node_ts_data", event_data: data }),
      );
      if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
      return { id: String(index), value: decoded.event as TimeSeriesEvent };
    });
    return sink.write(items);
  }

  function ask(nodeId: string, changes: Partial<SeriesQuery> = {}, nowMs = NOW_MS) {
    return querySeries(reader(), { ...SUM_OF_DAYS, nodeId, ...changes }, nowMs);
  }

  async function rollupsOf(nodeId: string) {
    const { Items = [] } = await reader().client.send(
      new ScanCommand({ TableName: timeSeriesRollupsTable.name }),
    );
    return Items.filter(({ series }) => series?.S?.includes(`#${nodeId}#`)).map(
      ({ day, content, generation }) => [
        (Number(day?.S) - START_MS) / DAY_MS,
        content !== undefined,
        Number(generation?.N),
      ],
    );
  }

  const at = (day: number, seconds = 0) => START_MS / 1000 + day * 86_400 + seconds;

  it("rollups are made of past days that are requested as a whole, on first use", async () => {
    await write(
      "made",
      [
        { t: at(0, 5), v: 1 },
        { t: at(1, 7), v: 2 },
        { t: at(2, 9), v: 4 },
      ],
      START_MS,
    );
    expect(await rollupsOf("made")).toEqual([]);
    await ask("made", { toMs: START_MS + 1.5 * DAY_MS });
    expect(await rollupsOf("made")).toEqual([[0, true, 1]]);
    // Half an hour after its end the third day is not complete: a function may still be writing.
    await ask("made", {}, START_MS + 3 * DAY_MS + 1_800_000);
    expect((await rollupsOf("made")).sort()).toEqual([
      [0, true, 1],
      [1, true, 1],
    ]);
    const { values } = await ask("made");
    expect(values.map(({ value }) => value)).toEqual([1, 2, 4]);
    expect(await rollupsOf("made")).toHaveLength(3);
  });

  it("rollups are found after any number of points of another kind, in few calls", async () => {
    const texts = Array.from({ length: 3000 }, (_, second) => ({ t: at(0, second), v: "text" }));
    await write("other", [...texts, { t: at(1), v: 2 }], START_MS);
    let calls = 0;
    const counting = new Proxy(reader().client, {
      get: (client, key) => {
        if (key !== "send") return Reflect.get(client, key);
        return (...args: Parameters<typeof client.send>) => {
          calls += 1;
          return client.send(...args);
        };
      },
    });
    const query = { ...SUM_OF_DAYS, nodeId: "other" };
    const { values } = await querySeries({ ...reader(), client: counting }, query, NOW_MS);
    expect(values.map(({ value }) => value)).toEqual([2]);
    expect(calls).toBeLessThan(30);
  });

  it("rollups are not made of the decades before a clock was set", async () => {
    await write(
      "unset",
      [
        { t: 5, v: 1 },
        { t: at(1), v: 2 },
      ],
      START_MS,
    );
    const years = { interval: "year", timezone: "UTC", weekStart: "monday" } as const;
    for (const _ of ["first", "again"]) {
      const { values } = await ask("unset", { fromMs: 0, toMs: NOW_MS, calendar: years });
      expect(values.map(({ value }) => value)).toEqual([1, 2]);
    }
    expect((await rollupsOf("unset")).length).toBeLessThan(100);
  });

  it("rollups are not stored of a day that is larger than an item, which is read each time", async () => {
    const records = Array.from({ length: 96 }, (_, index) => ({
      t: at(0, index * 900),
      v: Array.from({ length: 1500 }, (_, entry) => Math.sin(index * 1500 + entry)),
    }));
    await write("large", records, START_MS);
    for (const _ of ["first", "again"]) {
      const { values } = await ask("large", { kind: "array", aggregate: "count" });
      expect(values.map(({ value }) => value)).toEqual([96]);
    }
  });

  it("rollups are deleted by a late point, only those of its day", async () => {
    await write(
      "late",
      [
        { t: at(0), v: 1 },
        { t: at(1), v: 2 },
      ],
      START_MS,
    );
    await ask("late");
    await write("late", [{ t: at(1, 60), v: 10 }], NOW_MS);
    expect((await rollupsOf("late")).sort()).toEqual([
      [0, true, 1],
      [1, false, 2],
      [2, true, 1],
    ]);
    expect((await ask("late")).values.map(({ value }) => value)).toEqual([1, 12]);
    expect((await rollupsOf("late")).sort()).toEqual([
      [0, true, 1],
      [1, true, 3],
      [2, true, 1],
    ]);
  });

  /** A client of the tables that runs something else before a certain call. */
  function interrupted(isCall: (command: object) => boolean, happens: () => Promise<unknown>) {
    let done = false;
    return new Proxy(reader().client, {
      get: (client, key) => {
        if (key !== "send") return Reflect.get(client, key);
        return async (command: Parameters<DynamoDBClient["send"]>[0]) => {
          if (!done && isCall(command)) {
            done = true;
            await happens();
          }
          return client.send(command);
        };
      },
    });
  }

  it("rollups are not stored when a late point is written after their points were read", async () => {
    await write("overtaken", [{ t: at(0), v: 1 }], START_MS);
    const isKeep = (command: object) =>
      command instanceof UpdateItemCommand &&
      (command.input.UpdateExpression ?? "").includes("content =");
    const client = interrupted(isKeep, () => write("overtaken", [{ t: at(0, 60), v: 10 }], NOW_MS));
    const query = {
      nodeId: "overtaken",
      name: "s",
      kind: "number",
      aggregate: "sum",
      fromMs: START_MS,
    } as const;
    await querySeries(
      { ...reader(), client },
      {
        ...query,
        toMs: START_MS + DAY_MS,
        calendar: { interval: "day", timezone: "UTC", weekStart: "monday" },
        differential: false,
        resetOnNegative: false,
        newestFirst: false,
        limit: 1,
      },
      NOW_MS,
    );
    expect((await ask("overtaken")).values.map(({ value }) => value)).toEqual([11]);
  });

  it("rollups are deleted after the late point is written, so that one made in between is deleted too", async () => {
    await write("between", [{ t: at(0), v: 1 }], START_MS);
    const isPut = (command: object) => command instanceof BatchWriteItemCommand;
    const client = interrupted(isPut, () => ask("between"));
    await write("between", [{ t: at(0, 60), v: 10 }], NOW_MS, "s", client);
    expect((await ask("between")).values.map(({ value }) => value)).toEqual([11]);
  });

  it("rollups cost a late point only one read when its day was never requested", async () => {
    await write("unasked", [{ t: at(0), v: 1 }], NOW_MS);
    expect(await rollupsOf("unasked")).toEqual([]);
  });

  it("rollups are valid as long as their points: expired points do not count", async () => {
    await write(
      "brief",
      [
        { t: at(0), v: 1, d: 5 },
        { t: at(0, 60), v: 10 },
      ],
      START_MS,
    );
    const sumAt = async (nowMs: number) =>
      (await ask("brief", {}, nowMs)).values.map(({ value }) => value);
    expect(await sumAt(START_MS + 4 * DAY_MS)).toEqual([11]);
    expect(await rollupsOf("brief")).toContainEqual([0, true, 1]);
    expect(await sumAt(START_MS + 6 * DAY_MS)).toEqual([10]);
  });

  it("rollups are only read by a reader with an unreliable clock: if it is ahead, it completes no day", async () => {
    await write(
      "ahead",
      [
        { t: at(0), v: 1 },
        { t: at(0, 60), v: 2 },
      ],
      START_MS,
    );
    const laptop = { ...reader(), keepsRollups: false };
    const ahead = START_MS + 2 * DAY_MS;
    const { values } = await querySeries(laptop, { ...SUM_OF_DAYS, nodeId: "ahead" }, ahead);
    expect(values).toMatchObject([{ value: 3, count: 2 }]);
    expect(await rollupsOf("ahead")).toEqual([]);
    await write(
      "ahead",
      [
        { t: at(0, 120), v: 4 },
        { t: at(0, 180), v: 8 },
      ],
      START_MS + 3_600_000,
    );
    expect((await ask("ahead", {}, ahead)).values).toMatchObject([{ value: 15, count: 4 }]);
    expect(
      (await querySeries(laptop, { ...SUM_OF_DAYS, nodeId: "ahead" }, ahead)).values,
    ).toMatchObject([{ value: 15 }]);
  });

  it("rollups of infinite sums make a query fail instead of returning null", async () => {
    const large = [0, 60, 120].map((minute) => ({ t: at(0, minute), v: 1.7e308 }));
    await write("large", large, START_MS);
    for (const _ of ["before", "from a rollup"]) {
      await expect(ask("large")).rejects.toMatchObject({ code: "input-invalid" });
      await expect(ask("large", { aggregate: "avg" })).rejects.toThrow("is too large for a number");
      expect((await ask("large", { aggregate: "max" })).values).toMatchObject([{ value: 1.7e308 }]);
    }
  });

  it("rollups are made of each kind of value separately", async () => {
    await write(
      "kinds",
      [
        { t: at(0), v: true },
        { t: at(0, 5), v: "on" },
        { t: at(0, 6), v: 7 },
      ],
      START_MS,
    );
    const latest = async (kind: "bool" | "string" | "number") =>
      (await ask("kinds", { kind, aggregate: "latest" })).values.map(({ value }) => value);
    expect([await latest("bool"), await latest("string"), await latest("number")]).toEqual([
      [true],
      ["on"],
      [7],
    ]);
  });

  it("rollups are not made for a series whose name is too long for their key", async () => {
    const nodeId = "n".repeat(1200);
    const name = "x".repeat(843);
    expect(await write(nodeId, [{ t: at(0), v: 3 }], NOW_MS, name)).toEqual([]);
    expect((await ask(nodeId, { name })).values).toMatchObject([{ value: 3 }]);
  });

  it("rollups make events fail for a retry when they cannot be deleted", async () => {
    const sink = timeSeriesSink({
      ...reader(),
      rollupsTableName: "nowhere",
      nowMs: () => NOW_MS,
      retentionDays: 0,
    });
    const decoded = decode(
      deliveryOf({
        event_type: "rmaker.event.node_ts_data",
        event_data: { node_id: "n", name: "s", dt: "int", t: at(0), v: 1 },
      }),
    );
    if (decoded.kind !== "event") throw new Error("not an event");
    const failures = await sink.write([{ id: "1", value: decoded.event as TimeSeriesEvent }]);
    expect(failures).toMatchObject([
      { id: "1", error: { code: "sink-unavailable", permanent: false } },
    ]);
  });

  it("rollups return the requested window, and the start of the next page", async () => {
    await write(
      "paged",
      [0, 1, 2].map((day) => ({ t: at(day), v: day })),
      START_MS,
    );
    const first = await ask("paged", { limit: 2 });
    expect(first).toEqual({
      values: [
        { atMs: START_MS, endMs: START_MS + DAY_MS, value: 0, count: 1 },
        { atMs: START_MS + DAY_MS, endMs: START_MS + 2 * DAY_MS, value: 1, count: 1 },
      ],
      next: String(START_MS + 2 * DAY_MS),
    });
    const second = await ask("paged", { limit: 2, after: first.next });
    expect(second).toMatchObject({ values: [{ value: 2 }], next: undefined });
  });

  it("skip a long range without points with one read", async () => {
    await write(
      "gap",
      [
        { t: at(-4000), v: 1 },
        { t: at(2), v: 2 },
      ],
      START_MS,
    );
    const calendar = { interval: "hour", timezone: "UTC", weekStart: "monday" } as const;
    const changes = { fromMs: 0, calendar, aggregate: "count" } as const;
    const times = async (newestFirst: boolean) =>
      (await ask("gap", { ...changes, newestFirst })).values.map(({ atMs }) => atMs / 1000);
    expect(await times(false)).toEqual([at(-4000), at(2)]);
    expect(await times(true)).toEqual([at(2), at(-4000)]);
  });

  it.each([
    [{ fromMs: 5, toMs: 5 }, "The end of the time range must be after its start."],
    [
      { kind: "bool", aggregate: "sum" },
      "sum is not supported for bool values. Use raw, latest or count.",
    ],
    [
      { kind: "string", aggregate: "raw", differential: true },
      "Differences are only supported for numbers.",
    ],
    [{ resetOnNegative: true }, "resetOnNegative needs differential."],
  ] as const)("rollups refuse an unsupported query: %j", async (changes, message) => {
    await expect(ask("x", changes)).rejects.toMatchObject({
      code: "input-invalid",
      permanent: true,
      message,
    });
  });

  it("rollups lie beside the points: a node's series are found with their newest point", async () => {
    await write(
      "found",
      [
        { t: at(0), v: 1 },
        { t: at(1), v: 2 },
      ],
      START_MS,
      "a",
    );
    await write("found", [{ t: at(2), v: "on" }], START_MS, "b");
    expect(await describeSeries(reader(), "found", ["a", "b", "none"], NOW_MS)).toEqual([
      { name: "a", last: { atMs: at(1) * 1000, dataType: "float", value: 2 } },
      { name: "b", last: { atMs: at(2) * 1000, dataType: "string", value: "on" } },
      { name: "none", last: undefined },
    ]);
  });
});
