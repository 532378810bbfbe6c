import { beforeEach, describe, expect, it, test } from "@jest/globals";
import { openDom, type SentRequest } from "../testing/dom.ts";

const dom = await openDom();
const { intervalFor, kindOf, pointsOf, readPoints, readValues } = await import("./values.ts");
type Series = Parameters<typeof kindOf>[0]["kinds"];

const { signal } = new AbortController();
const HOUR_MS = 3_600_000;
const RANGE = { fromMs: 1000, toMs: 1000 + 30 * 24 * HOUR_MS };
const RESULT = {
  nodeId: "n/1",
  series: "Room.On",
  aggregate: "raw",
  fromMs: 0,
  toMs: 9,
  values: [],
};
const seriesOf = (...kinds: Series) => ({ name: "Room.On", kinds });
const common = { series: "Room.On", from: "1000", to: String(RANGE.toMs) };
let more = false;

/** The parameters of requests for values. */
const asked = () =>
  dom.requests.map(({ path }) => {
    const { pathname, searchParams } = new URL(path, "http://x");
    expect(pathname).toBe("/v1/nodes/n%2F1/values");
    return Object.fromEntries(searchParams);
  });

beforeEach(() => {
  const result = ({ path }: SentRequest) =>
    more && !path.includes("aggregate") ? { ...RESULT, next: "x" } : RESULT;
  dom.respond({ "/v1/nodes/": result });
});

describe("the values of a chart", () => {
  test.each<[Series, Record<string, string>]>([
    [["number"], { kind: "number" }],
    [["string", "number"], { kind: "number" }],
    [["bool"], { kind: "bool" }],
    [["string", "bool"], {}],
    [[], {}],
  ])(
    "the values of kinds %j are points, if there are no more than pixels",
    async (kinds, ofKind) => {
      more = false;
      const found = await readValues("n/1", seriesOf(...kinds), RANGE, 800, "UTC", signal);
      expect(found).toEqual({ asked: { ...common, ...ofKind, limit: "800" }, values: RESULT });
      expect(asked()).toEqual([found.asked]);
    },
  );

  test.each<[Series, Record<string, string>]>([
    [["number"], { kind: "number", aggregate: "avg" }],
    [["bool"], { kind: "bool", aggregate: "latest" }],
    [["object", "bool"], { kind: "object", aggregate: "latest" }],
    [[], { kind: "string", aggregate: "latest" }],
  ])("the values of kinds %j are one per interval, if there are more", async (kinds, ofKind) => {
    more = true;
    const found = await readValues("n/1", seriesOf(...kinds), RANGE, 800, "Asia/Kolkata", signal);
    const interval = { interval: "hour", timezone: "Asia/Kolkata", limit: "10000" };
    expect(found).toEqual({ asked: { ...common, ...interval, ...ofKind }, values: RESULT });
    expect(asked()[1]).toEqual(found.asked);
    expect(dom.requests).toHaveLength(2);
  });

  it("the values have the shortest interval with no more of them than pixels", () => {
    const lengths = { minute: 1 / 60, hour: 1, day: 24, week: 7 * 24, month: 30 * 24 };
    for (const [interval, hours] of Object.entries(lengths)) {
      const toMs = hours * HOUR_MS * 100;
      expect(intervalFor({ fromMs: 0, toMs }, 100)).toBe(interval);
      expect(intervalFor({ fromMs: 0, toMs: toMs + 1 }, 100)).not.toBe(interval);
    }
    expect(intervalFor({ fromMs: 0, toMs: 3000 * 24 * HOUR_MS + 1 }, 100)).toBe("year");
  });

  it("the values are averages with minimum and maximum only if both are known", () => {
    const values = [{}, { min: 1 }, { max: 2 }, { min: 1, max: 2 }].map((one) => ({
      atMs: 1,
      value: 1,
      ...one,
    }));
    const points = pointsOf({ ...RESULT, aggregate: "avg", values });
    expect(points.map((point) => Object.keys(point).length)).toEqual([2, 2, 2, 4]);
  });
});

describe("all points of a range", () => {
  /** Answers with pages of ten thousand points. */
  const addQuery = (pages: number) =>
    dom.respond({
      "/v1/nodes/": ({ path }: SentRequest) => {
        const page = Number(new URL(path, "http://x").searchParams.get("page") ?? 0);
        const values = Array.from({ length: 10_000 }, (_, index) => ({
          atMs: page * 10_000 + index,
          value: 1,
        }));
        return { ...RESULT, values, ...(page + 1 < pages ? { next: String(page + 1) } : {}) };
      },
    });
  const chart = { ...common, aggregate: "avg", interval: "hour" };

  it("the points are read page by page, without the parameters of the chart's aggregation", async () => {
    addQuery(3);
    const { values } = await readPoints("n/1", chart);
    expect(values.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 30_000 }, (_, index) => index),
    );
    const limit = { ...common, limit: "10000" };
    expect(asked()).toEqual([limit, { ...limit, page: "1" }, { ...limit, page: "2" }]);
  });

  it("the points are 200,000 at most", async () => {
    addQuery(20);
    expect((await readPoints("n/1", chart)).values).toHaveLength(200_000);
    addQuery(21);
    await expect(readPoints("n/1", chart)).rejects.toThrow(
      "There are more than 200,000 points. Zoom in.",
    );
  });
});
