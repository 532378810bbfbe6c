import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { ask, type Page, type QueryStage } from "@rainhooks/stage/query/ask";
import { pageToken } from "@rainhooks/stage/query/pages/page-token";
import type { Params } from "@rainhooks/stage/query/params/param";
import type { Question, ResultOf } from "@rainhooks/stage/query/question";
import { listAlertsQuestion } from "@rainhooks/stage/query/questions/alerts";
import { firmwareQuestion, fleetQuestion } from "@rainhooks/stage/query/questions/fleet";
import { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import {
  countNodesQuestion,
  nodeQuestion,
  timelineQuestion,
} from "@rainhooks/stage/query/questions/nodes";
import { listSeriesQuestion, seriesValuesQuestion } from "@rainhooks/stage/query/questions/series";
import {
  SEED_NODES,
  SEED_NOW_MS,
  SEED_SAMPLES,
  SEED_SERIES,
  seedStage,
} from "@rainhooks/stage/testing/seeded-stage";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { seriesListItem } from "@rainhooks/time-series/series-keys";
import { timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import * as v from "valibot";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("queries of a stage", () => {
  let tables: TestTables;
  let stage: QueryStage;

  beforeAll(async () => {
    tables = await startTables();
    stage = await seedStage(tables, "one", "mark-of-one");
  });
  afterAll(() => tables.stop());

  type Texts = Record<string, string>;

  async function allPages<Of extends Params, Result extends object>(
    question: Question<Of, Result>,
    texts: Texts,
  ): Promise<Page<Result>[]> {
    const pages: Page<Result>[] = [];
    let page: string | undefined;
    do {
      const result = await ask(question, { ...texts, page }, stage);
      pages.push(result);
      page = result.next;
    } while (page !== undefined);
    return pages;
  }

  /** Asks for a page with a token that anyone can make. */
  function askPage<Of extends Params, Result extends object>(
    question: Question<Of, Result>,
    values: Readonly<Record<string, string | number>>,
    cursor: string,
  ) {
    const bound = Object.keys(question.params).flatMap((name) =>
      name in values ? [[name, values[name]]] : [],
    );
    const page = pageToken(JSON.stringify(["one", question.name, bound]), cursor);
    const texts = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, String(value)]),
    );
    return ask(question, { ...texts, page }, stage);
  }

  const values = (texts: Texts) =>
    ask(seriesValuesQuestion, { node: "n0", series: SEED_SERIES.number, ...texts }, stage);

  it("queries return results that match their schema", async () => {
    const promised = async <Of extends Params, Result extends object>(
      question: Question<Of, Result>,
      texts: Texts,
    ) => {
      const { next, ...result } = await ask(question, texts, stage);
      const wire: unknown = JSON.parse(JSON.stringify(result));
      expect(v.parse(question.result, wire)).toEqual(wire);
    };
    const n0 = { node: "n0" };
    await promised(countNodesQuestion, {});
    await promised(listNodesQuestion, {});
    await promised(nodeQuestion, n0);
    await promised(timelineQuestion, n0);
    await promised(listAlertsQuestion, n0);
    await promised(fleetQuestion, {});
    await promised(firmwareQuestion, {});
    await promised(listSeriesQuestion, n0);
    for (const series of Object.values(SEED_SERIES))
      await promised(seriesValuesQuestion, { ...n0, series });
  });

  it("queries count nodes, and list them, the offline ones first, each once, whatever the page size", async () => {
    const third = SEED_NODES / 3;
    expect(await ask(countNodesQuestion, {}, stage)).toEqual({
      offline: third,
      online: third,
      unknown: third,
    });
    const whole = await ask(listNodesQuestion, { limit: "1000" }, stage);
    expect(whole.next).toBeUndefined();
    const offline = whole.nodes.slice(0, third);
    const others = whole.nodes.slice(third);
    expect(new Set(offline.map(({ state }) => state))).toEqual(new Set(["offline"]));
    expect(new Set(others.map(({ state }) => state))).toEqual(new Set(["online", "unknown"]));
    const ids = others.map(({ nodeId }) => nodeId);
    expect(ids).toEqual(ids.toSorted());
    // With a limit of 20 a page ends just where the offline ones do.
    for (const limit of ["1", "7", "20", "40", "60"]) {
      const pages = await allPages(listNodesQuestion, { limit });
      expect(pages.flatMap(({ nodes }) => nodes)).toEqual(whole.nodes);
      for (const { nodes } of pages) expect(nodes.length).toBeLessThanOrEqual(Number(limit));
    }
  });

  it("queries list nodes that are longest offline first, or those that went offline last", async () => {
    const longest = await ask(listNodesQuestion, { state: "offline", limit: "2" }, stage);
    expect(longest.nodes.map(({ nodeId }) => nodeId)).toEqual(["n58", "n55"]);
    const newest = await ask(
      listNodesQuestion,
      { state: "offline", order: "newest", limit: "2" },
      stage,
    );
    expect(newest.nodes.map(({ nodeId }) => nodeId)).toEqual(["n1", "n4"]);
  });

  it("queries list nodes that are offline longer than a time, page by page", async () => {
    const sinceTo = String(SEED_NOW_MS - 30 * HOUR_MS);
    const all = await ask(listNodesQuestion, { state: "offline" }, stage);
    const expected = all.nodes.filter(({ sinceMs = 0 }) => sinceMs < Number(sinceTo));
    expect(expected.length).toBeGreaterThan(5);
    for (const limit of ["1", "4", "60"]) {
      const pages = await allPages(listNodesQuestion, { state: "offline", sinceTo, limit });
      expect(pages.flatMap(({ nodes }) => nodes)).toEqual(expected);
    }
    const sinceFrom = String(SEED_NOW_MS - 40 * HOUR_MS);
    const both = await ask(
      listNodesQuestion,
      { state: "offline", order: "newest", sinceFrom, sinceTo },
      stage,
    );
    expect(both.nodes).toEqual(
      expected.filter(({ sinceMs = 0 }) => sinceMs >= Number(sinceFrom)).toReversed(),
    );
    const none = await ask(listNodesQuestion, { state: "offline", sinceTo: "0" }, stage);
    expect(none).toEqual({ nodes: [], read: 0 });
  });

  it("queries list the nodes that a filter selects, page by page, and say how many were read", async () => {
    const expected = ["n5", ...Array.from({ length: 10 }, (_, index) => `n5${index}`)].sort();
    for (const limit of ["1", "3", "100"]) {
      const pages = await allPages(listNodesQuestion, { match: "N5", limit });
      expect(pages.flatMap(({ nodes }) => nodes.map(({ nodeId }) => nodeId)).sort()).toEqual(
        expected,
      );
      for (const { nodes } of pages) expect(nodes.length).toBeLessThanOrEqual(Number(limit));
    }
    const none = await ask(listNodesQuestion, { firmware: "9.9.9" }, stage);
    // The others are read with all nodes: the index by id does not have the state.
    expect(none).toEqual({ nodes: [], read: SEED_NODES + SEED_NODES / 3 });
  });

  it("queries list the alerts of a node, newest first, page by page and up to the same end", async () => {
    const tables2 = await startTables();
    const noisy = await seedStage(tables2, "noisy", "mark");
    const { client, tableName } = noisy.stores.nodes;
    const sink = nodeStatusSink({
      client,
      tableName,
      timelineTableName: noisy.stores.timelines.tableName,
      timelineDays: 90,
      seenIntervalMs: HOUR_MS,
    });
    const events = Array.from({ length: 9 }, (_, index) => {
      const body = {
        event_type: "rmaker.event.alert",
        timestamp: SEED_NOW_MS - index * 600_000 - 1,
        event_data: { node_id: "n1", message_body: `\u001b[2J alert ${index}` },
      };
      const decoded = decode(deliveryOf(body, { id: `a${index}`, sentAtMs: SEED_NOW_MS }));
      if (decoded.kind !== "event") throw new Error("no event");
      return { id: String(index), value: decoded.event };
    });
    expect(await sink.write(events)).toEqual([]);
    const texts: string[] = [];
    let page: string | undefined;
    let laterMs = 0;
    do {
      const later = { ...noisy, nowMs: () => SEED_NOW_MS + laterMs };
      const result = await ask(listAlertsQuestion, { node: "n1", limit: "4", page }, later);
      expect(result).toMatchObject({ toMs: SEED_NOW_MS, fromMs: SEED_NOW_MS - 7 * DAY_MS });
      texts.push(...result.alerts.map(({ text }) => text));
      page = result.next;
      laterMs += DAY_MS;
    } while (page !== undefined);
    expect(texts).toEqual([...events.map((_, index) => `\u001b[2J alert ${index}`), "mark"]);
    const none = await ask(listAlertsQuestion, { node: "n1", to: "1" }, noisy);
    expect(none).toEqual({ nodeId: "n1", fromMs: 0, toMs: 1, alerts: [] });
    await tables2.stop();
  });

  it("queries return how many nodes were in each state over time, and their firmware", async () => {
    const third = SEED_NODES / 3;
    const counts = { online: third, offline: third, unknown: third, all: SEED_NODES };
    const fleet = await ask(fleetQuestion, {}, stage);
    expect(fleet).toMatchObject({
      toMs: SEED_NOW_MS,
      fromMs: SEED_NOW_MS - DAY_MS,
      everyMs: 15 * 60_000,
    });
    expect(fleet.samples).toHaveLength(4);
    const year = await ask(fleetQuestion, { from: "2020-01-01" }, stage);
    expect([year.everyMs, year.samples.length]).toEqual([7 * DAY_MS, 1]);
    const every = await ask(fleetQuestion, { every: "5m" }, stage);
    expect(every.samples).toHaveLength(SEED_SAMPLES);
    for (const { atMs, ...sample } of every.samples) {
      expect(sample).toEqual({ ...counts, countedAtMs: atMs });
      expect(atMs % 60_000).toBe(0);
    }
    expect((await ask(fleetQuestion, { every: "1w", from: "0" }, stage)).samples).toEqual(
      every.samples.slice(-1),
    );
    expect(
      (await ask(fleetQuestion, { from: String(SEED_NOW_MS + DAY_MS), to: "2100-01-01" }, stage))
        .samples,
    ).toEqual([]);
    const firmwares = [{ firmware: "mark-of-one", nodes: SEED_NODES }];
    const now = { all: SEED_NODES, firmwares, others: 0, unknown: 0, countedAtMs: SEED_NOW_MS };
    expect(await ask(firmwareQuestion, {}, stage)).toEqual(now);
    expect(await ask(firmwareQuestion, { now: "true" }, stage)).toEqual(now);
  });

  it("queries return what the last sample of a large fleet has, and nothing that is not known", async () => {
    const atMs = SEED_NOW_MS + MINUTE_MS;
    const later = { ...stage, nowMs: () => atMs };
    const { client, samplesTableName: TableName } = stage.stores.samples;
    const key = {
      day: { S: new Date(atMs).toISOString().slice(0, 10) },
      atMs: { N: String(atMs) },
    };
    const store = (nodes: number) =>
      client.send(
        new PutItemCommand({
          TableName,
          Item: {
            ...key,
            offline: { N: "9" },
            countedAtMs: { N: "1" },
            unknownFirmware: { N: String(nodes) },
          },
        }),
      );
    await store(10_000);
    expect(await ask(firmwareQuestion, {}, later)).toMatchObject({
      all: SEED_NODES,
      countedAtMs: atMs,
    });
    await store(10_001);
    expect(await ask(firmwareQuestion, {}, later)).toMatchObject({ all: 10_001, countedAtMs: 1 });
    expect(await ask(firmwareQuestion, { now: "true" }, later)).toMatchObject({ all: SEED_NODES });
    const { samples } = await ask(fleetQuestion, { to: String(atMs + 1) }, later);
    expect(JSON.parse(JSON.stringify(samples.at(-1)))).toEqual({
      atMs,
      offline: 9,
      unknown: 0,
      countedAtMs: 1,
    });
    await client.send(new DeleteItemCommand({ TableName, Key: key }));
  });

  it("queries return the connection history of a node", async () => {
    const timeline = await ask(timelineQuestion, { node: "n1" }, stage);
    const atMs = SEED_NOW_MS - 3 * HOUR_MS;
    expect(timeline).toMatchObject({
      toMs: SEED_NOW_MS,
      fromMs: SEED_NOW_MS - 7 * DAY_MS,
      transitions: [{ atMs, state: "offline" }],
      leftOut: 0,
    });
    const before = await ask(timelineQuestion, { node: "n1", to: String(atMs) }, stage);
    expect(before.transitions).toEqual([]);
  });

  it("queries list the series of a node page by page", async () => {
    const pages = await allPages(listSeriesQuestion, { node: "n0", limit: "1" });
    expect(pages.flatMap(({ series }) => series)).toEqual([
      {
        name: SEED_SERIES.text,
        kinds: ["string"],
        dataType: "string",
        last: { atMs: SEED_NOW_MS - DAY_MS, value: "mark-of-one" },
      },
      {
        name: SEED_SERIES.truth,
        kinds: ["bool"],
        dataType: "bool",
        last: { atMs: SEED_NOW_MS - DAY_MS, value: false },
      },
      {
        name: SEED_SERIES.number,
        kinds: ["number"],
        dataType: "float",
        last: { atMs: SEED_NOW_MS - HOUR_MS, value: 119.5 },
      },
    ]);
    expect(pages).toHaveLength(3);
  });

  it("queries return the same points and windows page by page as in one page", async () => {
    for (const texts of [
      {},
      { aggregate: "avg" },
      { aggregate: "sum", newestFirst: "true", differential: "true" },
    ]) {
      const whole = await values({ ...texts, limit: "1000" });
      for (const limit of ["1", "4", "11"]) {
        const pages = await allPages(seriesValuesQuestion, {
          node: "n0",
          series: SEED_SERIES.number,
          ...texts,
          limit,
        });
        expect(pages.flatMap((page) => page.values)).toEqual(whole.values);
      }
    }
  });

  it("queries use numbers for aggregates by default, although one reading has another kind", async () => {
    const tables2 = await startTables();
    const growing = await seedStage(tables2, "grows", "mark");
    const texts = { node: "n0", series: SEED_SERIES.number };
    const { next: page } = await ask(
      seriesValuesQuestion,
      { ...texts, aggregate: "avg", limit: "1" },
      growing,
    );
    const reading = { name: SEED_SERIES.number, dt: "string", t: SEED_NOW_MS / 1000 - 1, v: "n/a" };
    const body = {
      event_type: "rmaker.event.node_ts_data",
      event_data: { node_id: "n0", ...reading },
    };
    const decoded = decode(deliveryOf(body));
    if (decoded.kind !== "event") throw new Error("no event");
    const sink = timeSeriesSink({
      ...growing.stores.series,
      nowMs: () => SEED_NOW_MS,
      retentionDays: 0,
    });
    expect(await sink.write([{ id: "1", value: decoded.event as TimeSeriesEvent }])).toEqual([]);
    const of = (more: object) => ask(seriesValuesQuestion, { ...texts, ...more }, growing);
    expect(await of({ aggregate: "avg", limit: "1", page })).toMatchObject({ kind: "number" });
    const count = (result: { values: readonly { count?: number | undefined }[] }) =>
      result.values.reduce((sum, one) => sum + (one.count ?? 1), 0);
    const [avg, raw, numbers, strings, latest] = await Promise.all([
      of({ aggregate: "avg" }),
      of({}),
      of({ kind: "number" }),
      of({ kind: "string" }),
      of({ kind: "string", aggregate: "latest", interval: "year" }),
    ]);
    expect([avg, raw, numbers, strings].map(count)).toEqual([240, 241, 240, 1]);
    expect([avg.kind, raw.kind, strings.kind]).toEqual(["number", undefined, "string"]);
    expect(raw.values.at(-1)?.value).toBe("n/a");
    expect(latest.values).toMatchObject([{ value: "n/a" }]);
    const pages = [];
    let next: string | undefined;
    do {
      const result = await of({ limit: "100", ...(next === undefined ? {} : { page: next }) });
      pages.push(...result.values);
      next = result.next;
    } while (next !== undefined);
    expect(pages).toEqual(raw.values);
    await expect(of({ kind: "string", aggregate: "avg" })).rejects.toThrow(
      "avg is not supported for string values",
    );
    await tables2.stop();
  });

  it("queries return the values of a series that is not listed, as of a node that has come back after an erasure", async () => {
    const tables2 = await startTables();
    const back = await seedStage(tables2, "back", "mark");
    const { client, tableName: TableName } = back.stores.series;
    for (const [name, kind] of [
      [SEED_SERIES.number, "number"],
      [SEED_SERIES.text, "string"],
      [SEED_SERIES.truth, "bool"],
    ] as const)
      await client.send(
        new DeleteItemCommand({ TableName, Key: seriesListItem("n0", name, kind) }),
      );
    const of = (series: string, more: object = {}) =>
      ask(seriesValuesQuestion, { node: "n0", series, ...more }, back);
    expect((await of(SEED_SERIES.number, { aggregate: "avg" })).values.length).toBeGreaterThan(1);
    expect(await of(SEED_SERIES.text, { aggregate: "count" })).toMatchObject({ kind: "string" });
    await expect(of("Nope")).rejects.toThrow("Node n0 is unknown, or has sent no readings");
    await tables2.stop();
  });

  it("queries accept a page token that anyone made, if its cursor lies in the result", async () => {
    const range = { state: "offline", order: "longest", sinceFrom: 1, sinceTo: 2 };
    const nodes = await askPage(listNodesQuestion, range, "offline 0 0000000000000001#n1");
    expect(nodes).toEqual({ nodes: [], read: 0 });
    const alerts = await askPage(listAlertsQuestion, { node: "n0" }, "5 alert#0000000000000004#x");
    expect(alerts).toMatchObject({ toMs: 5, alerts: [] });
  });

  it("queries keep the end of the range from page to page, although time passes", async () => {
    const { toMs, next = "" } = await values({ limit: "1" });
    const later = { ...stage, nowMs: () => SEED_NOW_MS + DAY_MS };
    const texts = { node: "n0", series: SEED_SERIES.number, limit: "1", page: next };
    const second: ResultOf<typeof seriesValuesQuestion> = await ask(
      seriesValuesQuestion,
      texts,
      later,
    );
    expect(second.toMs).toBe(toMs);
  });

  test.each<[string, () => Promise<object>, string, string]>([
    [
      "an unknown node",
      () => ask(nodeQuestion, { node: "nobody" }, stage),
      "not-found",
      "Node nobody is unknown",
    ],
    [
      "the timeline of an unknown node",
      () => ask(timelineQuestion, { node: "nobody" }, stage),
      "not-found",
      "Node nobody is unknown",
    ],
    [
      "the series of a node without any",
      () => ask(listSeriesQuestion, { node: "n1" }, stage),
      "not-found",
      "Node n1 is unknown, or has sent no readings that pass the filters",
    ],
    [
      "a series that a node does not have",
      () => ask(seriesValuesQuestion, { node: "n0", series: "Nope" }, stage),
      "not-found",
      "It has: Room.Mode, Room.On, Room.Temperature.",
    ],
    [
      "alerts of an unknown node",
      () => ask(listAlertsQuestion, { node: "nobody" }, stage),
      "not-found",
      "Node nobody is unknown",
    ],
    [
      "a firmware of which there is no sample",
      () => ask(firmwareQuestion, {}, { ...stage, nowMs: () => SEED_NOW_MS + 9 * DAY_MS }),
      "not-found",
      "The stage has taken no sample in the last 7 days.",
    ],
    [
      "too many windows",
      () => ask(fleetQuestion, { from: "2026-10-01", to: "2026-11-01", every: "5m" }, stage),
      "input-invalid",
      "`every` must be at least 45m for this range: at most 1000 samples are returned.",
    ],
    [
      "a range of online nodes",
      () => ask(listNodesQuestion, { state: "online", sinceTo: "2026-11-01" }, stage),
      "input-invalid",
      "`sinceFrom` and `sinceTo` need the state offline or unknown: online nodes are listed by their ids.",
    ],
    [
      "a range of nodes in any state",
      () => ask(listNodesQuestion, { sinceFrom: "2026-11-01" }, stage),
      "input-invalid",
      "`sinceFrom` and `sinceTo` need the state offline or unknown",
    ],
    [
      "a range of nodes that ends before it begins",
      () =>
        ask(
          listNodesQuestion,
          { state: "offline", sinceFrom: "2026-11-01", sinceTo: "2026-11-01" },
          stage,
        ),
      "input-invalid",
      "`sinceFrom` must lie before `sinceTo`.",
    ],
    ...["0000000000000000#n1", "9999999999999999#n1"].map(
      (cursor): [string, () => Promise<object>, string, string] => [
        `a forged page at ${cursor}`,
        () =>
          askPage(
            listNodesQuestion,
            { state: "offline", order: "longest", sinceFrom: 1, sinceTo: 2 },
            `offline ${cursor}`,
          ),
        "input-invalid",
        "The page token does not belong to this query",
      ],
    ),
    ...["", "5", "5 x", "5 alert#0000000000000007#x", "99999999999999999 x"].map(
      (cursor): [string, () => Promise<object>, string, string] => [
        `a forged page of alerts at ${cursor}`,
        () => askPage(listAlertsQuestion, { node: "n0" }, cursor),
        "input-invalid",
        "The page token does not belong to this query",
      ],
    ),
    [
      "an unknown parameter",
      () => ask(listNodesQuestion, { colour: "red" }, stage),
      "input-invalid",
      "unknown parameter colour (known: state, order, sinceFrom, sinceTo, match, firmware, type, tag, user, limit, page)",
    ],
    [
      "a parameter of a query without parameters",
      () => ask(countNodesQuestion, { colour: "red" }, stage),
      "input-invalid",
      "unknown parameter colour (this query has none)",
    ],
    ["a missing parameter", () => ask(nodeQuestion, {}, stage), "input-invalid", "node is missing"],
    [
      "several mistakes at once",
      () => ask(listNodesQuestion, { state: "dead", limit: "0" }, stage),
      "input-invalid",
      "state must be one of offline, online, unknown; limit must be a whole number from 1 to 1000.",
    ],
    [
      "an end before the beginning",
      () => ask(timelineQuestion, { node: "n0", from: "2026-01-01", to: "2026-01-01" }, stage),
      "input-invalid",
      "`from` must lie before `to`.",
    ],
    [
      "the end of a series before its beginning",
      () =>
        ask(
          seriesValuesQuestion,
          { node: "n0", series: SEED_SERIES.number, from: "2026-01-01", to: "2026-01-01" },
          stage,
        ),
      "input-invalid",
      "`from` must lie before `to`.",
    ],
    [
      "the average of texts",
      () =>
        ask(
          seriesValuesQuestion,
          { node: "n0", series: SEED_SERIES.text, aggregate: "avg" },
          stage,
        ),
      "input-invalid",
      "avg is not supported for string values",
    ],
    [
      "an unknown time zone",
      () =>
        ask(
          seriesValuesQuestion,
          { node: "n0", series: SEED_SERIES.number, timezone: "Mars/Olympus" },
          stage,
        ),
      "input-invalid",
      "timezone must be an IANA time zone",
    ],
    [
      "an inherited name",
      () => ask(listNodesQuestion, { constructor: "x" }, stage),
      "input-invalid",
      "unknown parameter constructor",
    ],
  ])("queries refuse %s", async (_, run, code, message) => {
    await expect(run()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
