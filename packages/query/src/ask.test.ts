import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import { deliveryOf } from "@rainhooks/testing";
import { type TimeSeriesEvent, timeSeriesSink } from "@rainhooks/time-series";
import * as v from "valibot";
import { type AskedStage, ask, type Page } from "./ask.ts";
import type { Params } from "./params/param.ts";
import type { AnswerOf, Question } from "./question.ts";
import { countNodesQuestion, listNodesQuestion, nodeQuestion, timelineQuestion } from "./questions/nodes.ts";
import { listSeriesQuestion, seriesValuesQuestion } from "./questions/series.ts";
import { SEED_NODES, SEED_NOW_MS, SEED_SERIES, seedStage } from "./testing/seeded-stage.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("queries of a stage", () => {
  let tables: TestTables;
  let stage: AskedStage;

  beforeAll(async () => {
    tables = await startTables();
    stage = await seedStage(tables, "one", "mark-of-one");
  });
  afterAll(() => tables.stop());

  type Texts = Record<string, string>;

  async function allPages<Of extends Params, Answer extends object>(
    question: Question<Of, Answer>,
    texts: Texts,
  ): Promise<Page<Answer>[]> {
    const pages: Page<Answer>[] = [];
    let page: string | undefined;
    do {
      const answer = await ask(question, { ...texts, page }, stage);
      pages.push(answer);
      page = answer.next;
    } while (page !== undefined);
    return pages;
  }

  const values = (texts: Texts) =>
    ask(seriesValuesQuestion, { node: "n0", series: SEED_SERIES.number, ...texts }, stage);

  it("return results that match their schema", async () => {
    const promised = async <Of extends Params, Answer extends object>(
      question: Question<Of, Answer>,
      texts: Texts,
    ) => {
      const { next, ...answer } = await ask(question, texts, stage);
      const wire: unknown = JSON.parse(JSON.stringify(answer));
      expect(v.parse(question.answer, wire)).toEqual(wire);
    };
    const n0 = { node: "n0" };
    await promised(countNodesQuestion, {});
    await promised(listNodesQuestion, {});
    await promised(nodeQuestion, n0);
    await promised(timelineQuestion, n0);
    await promised(listSeriesQuestion, n0);
    for (const series of Object.values(SEED_SERIES)) await promised(seriesValuesQuestion, { ...n0, series });
  });

  it("count nodes, and list them state by state, each once, whatever the page size", async () => {
    const third = SEED_NODES / 3;
    expect(await ask(countNodesQuestion, {}, stage)).toEqual({
      offline: third,
      online: third,
      unknown: third,
    });
    const whole = await ask(listNodesQuestion, { limit: "1000" }, stage);
    expect(whole.next).toBeUndefined();
    expect(whole.nodes.map(({ state }) => state)).toEqual([
      ...Array(third).fill("offline"),
      ...Array(third).fill("online"),
      ...Array(third).fill("unknown"),
    ]);
    // With a limit of 20 a page ends just where a state does.
    for (const limit of ["1", "7", "20", "40", "60"]) {
      const pages = await allPages(listNodesQuestion, { limit });
      expect(pages.flatMap(({ nodes }) => nodes)).toEqual(whole.nodes);
      for (const { nodes } of pages) expect(nodes.length).toBeLessThanOrEqual(Number(limit));
    }
  });

  it("list nodes that are longest offline first, or those that went offline last", async () => {
    const longest = await ask(listNodesQuestion, { state: "offline", limit: "2" }, stage);
    expect(longest.nodes.map(({ nodeId }) => nodeId)).toEqual(["n58", "n55"]);
    const newest = await ask(listNodesQuestion, { state: "offline", order: "newest", limit: "2" }, stage);
    expect(newest.nodes.map(({ nodeId }) => nodeId)).toEqual(["n1", "n4"]);
  });

  it("return the connection history of a node", async () => {
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

  it("list the series of a node page by page", async () => {
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

  it("return the same points and windows page by page as in one page", async () => {
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

  it("use numbers for aggregates by default, although one reading has another kind", async () => {
    const tables2 = await startTables();
    const growing = await seedStage(tables2, "grows", "mark");
    const texts = { node: "n0", series: SEED_SERIES.number };
    const { next: page } = await ask(
      seriesValuesQuestion,
      { ...texts, aggregate: "avg", limit: "1" },
      growing,
    );
    const reading = { name: SEED_SERIES.number, dt: "string", t: SEED_NOW_MS / 1000 - 1, v: "n/a" };
    const body = { event_type: "rmaker.event.node_ts_data", event_data: { node_id: "n0", ...reading } };
    const decoded = decode(deliveryOf(body));
    if (decoded.kind !== "event") throw new Error("no event");
    const sink = timeSeriesSink({ ...growing.stores.series, nowMs: () => SEED_NOW_MS, retentionDays: 0 });
    expect(await sink.write([{ id: "1", value: decoded.event as TimeSeriesEvent }])).toEqual([]);
    const of = (more: object) => ask(seriesValuesQuestion, { ...texts, ...more }, growing);
    expect(await of({ aggregate: "avg", limit: "1", page })).toMatchObject({ kind: "number" });
    const count = (answer: { values: readonly { count?: number | undefined }[] }) =>
      answer.values.reduce((sum, one) => sum + (one.count ?? 1), 0);
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

  it("keep the end of the range from page to page, although time passes", async () => {
    const { toMs, next = "" } = await values({ limit: "1" });
    const later = { ...stage, nowMs: () => SEED_NOW_MS + DAY_MS };
    const texts = { node: "n0", series: SEED_SERIES.number, limit: "1", page: next };
    const second: AnswerOf<typeof seriesValuesQuestion> = await ask(seriesValuesQuestion, texts, later);
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
      "Node n1 is unknown or has sent no readings",
    ],
    [
      "a series that a node does not have",
      () => ask(seriesValuesQuestion, { node: "n0", series: "Nope" }, stage),
      "not-found",
      "It has: Room.Mode, Room.On, Room.Temperature.",
    ],
    [
      "an unknown parameter",
      () => ask(listNodesQuestion, { colour: "red" }, stage),
      "input-invalid",
      "unknown parameter colour (known: state, order, limit, page)",
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
      "from must lie before to.",
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
      "from must lie before to.",
    ],
    [
      "the average of texts",
      () => ask(seriesValuesQuestion, { node: "n0", series: SEED_SERIES.text, aggregate: "avg" }, stage),
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
  ])("refuse %s", async (_, run, code, message) => {
    await expect(run()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
