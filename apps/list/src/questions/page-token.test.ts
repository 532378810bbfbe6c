import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { ask, type QueryStage } from "@rainhooks/stage/query/ask";
import { pageToken } from "@rainhooks/stage/query/pages/page-token";
import { readParams } from "@rainhooks/stage/query/params/param";
import { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import { countNodesQuestion } from "@rainhooks/stage/query/questions/nodes";
import { listSeriesQuestion, seriesValuesQuestion } from "@rainhooks/stage/query/questions/series";
import { SEED_NOW_MS, SEED_SERIES, seedStage } from "@rainhooks/stage/testing/seeded-stage";
import { questionsFor } from "../questions.ts";

type Texts = Record<string, string>;

describe("a page token", () => {
  let tables: TestTables;
  let stage: QueryStage;
  let other: QueryStage;

  beforeAll(async () => {
    tables = await startTables();
    stage = await seedStage(tables, "one", "mark-of-one");
    other = await seedStage(tables, "two", "mark-of-two");
  });
  afterAll(() => tables.stop());

  const first = { node: "n0", series: SEED_SERIES.number, limit: "1" };
  const tokenOf = async (texts: Texts, of = stage) =>
    (await ask(seriesValuesQuestion, texts, of)).next ?? "";
  const NOT_THIS = expect.objectContaining({
    code: "input-invalid",
    message: expect.stringContaining("does not belong to this query"),
  });

  it("a page token goes on with another limit", async () => {
    const page = await tokenOf(first);
    const result = await ask(seriesValuesQuestion, { ...first, page, limit: "2" }, stage);
    expect(result.values.map(({ value }) => value)).toEqual([0.5, 1]);
  });

  test.each<[string, Texts]>([
    ["another node", { node: "n1" }],
    ["another series", { series: SEED_SERIES.text }],
    ["another beginning", { from: "2026-01-01" }],
    ["another end", { to: String(SEED_NOW_MS) }],
    ["another aggregate", { aggregate: "max" }],
    ["another zone", { timezone: "Europe/Berlin" }],
    ["another order", { newestFirst: "true" }],
  ])("a page token is refused for a query of %s", async (_, change) => {
    const page = await tokenOf(first);
    const result = ask(seriesValuesQuestion, { ...first, ...change, page }, stage);
    await expect(result).rejects.toEqual(NOT_THIS);
  });

  it("a page token is refused by another query, by another stage, and when one bit is changed", async () => {
    const page = await tokenOf(first);
    await expect(ask(listNodesQuestion, { page }, stage)).rejects.toEqual(NOT_THIS);
    await expect(ask(listSeriesQuestion, { node: "n0", page }, stage)).rejects.toEqual(NOT_THIS);
    await expect(ask(seriesValuesQuestion, { ...first, page }, other)).rejects.toEqual(NOT_THIS);
    const bytes = Buffer.from(page, "base64url");
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      const forged = { ...first, page: changed.toString("base64url") };
      await expect(ask(seriesValuesQuestion, forged, stage)).rejects.toEqual(NOT_THIS);
    }
    for (const junk of ["", "x", "=", `${page}=`, ` ${page}`, page.slice(0, 20), "é".repeat(40)]) {
      await expect(ask(seriesValuesQuestion, { ...first, page: junk }, stage)).rejects.toEqual(
        NOT_THIS,
      );
    }
  });

  it("a page token is valid wherever the stage is queried from", async () => {
    const elsewhere = { ...stage, stores: { ...stage.stores } };
    const result = await ask(
      seriesValuesQuestion,
      { ...first, page: await tokenOf(first) },
      elsewhere,
    );
    expect(result.values).toHaveLength(1);
  });

  describe("made by a caller", () => {
    const identity = (name: string, params: Texts) =>
      JSON.stringify([
        "one",
        name,
        Object.entries(readParams(paramsOf(name), params)).filter(isBound),
      ]);
    const paramsOf = (name: string) =>
      questionsFor().find((query) => query.name === name)?.params ?? {};
    const isBound = ([key, value]: [string, unknown]) => value !== undefined && key !== "limit";
    const NODES = { state: "online" };
    const SERIES = { node: "n0" };
    const VALUES = { node: "n0", series: SEED_SERIES.number, from: "1000", to: "2000000" };
    const own = `${"0".repeat(9)}0001500#number:1`;

    test.each<[string, string, Texts, string]>([
      ["of a state that is not listed", "listNodes", NODES, "offline 0 "],
      ["of no state", "listNodes", NODES, ""],
      ["of a name like a member of an object", "listNodes", NODES, "constructor 0 "],
      ["that is not a key", "listNodes", { state: "offline" }, "offline 0 x"],
      [
        "that is too long for a key",
        "listNodes",
        NODES,
        `online 0 ${"0".repeat(16)}#${"x".repeat(1024)}`,
      ],
      ["of all nodes in a list of one state", "listNodes", NODES, "all 0 n1"],
      ["of a time that is none", "listNodes", NODES, "online x n1"],
      ["of a series that the node does not have", "listSeries", SERIES, "Other.Series"],
      ["before the range", "getValues", VALUES, `2000000 every ${"0".repeat(13)}999#number:1`],
      ["behind the range", "getValues", VALUES, `2000000 every ${"9".repeat(16)}#number:1`],
      ["that is not a point", "getValues", VALUES, "2000000 every x"],
      ["of a later end", "getValues", VALUES, `9000000 every ${own}`],
      ["of an end that is not a time", "getValues", VALUES, `NaN every ${own}`],
      ["of an unknown kind", "getValues", VALUES, `2000000 toString ${own}`],
      ["of another kind", "getValues", { ...VALUES, kind: "bool" }, `2000000 number ${own}`],
      [
        "of a window that is not a time",
        "getValues",
        { ...VALUES, aggregate: "max" },
        "2000000 number 1e9",
      ],
    ])("a page token is refused for a cursor %s", async (_, name, params, cursor) => {
      const question = questionsFor().find((query) => query.name === name);
      if (question === undefined) throw new Error(`Unknown query ${name}.`);
      const page = pageToken(identity(name, params), cursor);
      await expect(ask(question, { ...params, page }, stage)).rejects.toEqual(NOT_THIS);
    });

    it("a page token made by a caller returns no more than the query itself", async () => {
      const page = pageToken(identity("listNodes", NODES), `online 0 ${"0".repeat(16)}#a`);
      const { nodes } = await ask(listNodesQuestion, { ...NODES, page, limit: "1000" }, stage);
      const all = await ask(listNodesQuestion, { ...NODES, limit: "1000" }, stage);
      expect(nodes).toEqual(all.nodes);
      const inside = pageToken(identity("getValues", VALUES), `2000000 every ${own}`);
      const { values } = await ask(seriesValuesQuestion, { ...VALUES, page: inside }, stage);
      expect(values).toEqual([]);
    });
  });

  it("a page token is refused by a query without pages", async () => {
    await expect(ask(countNodesQuestion, { page: "x" }, stage)).rejects.toThrow("has no pages");
  });
});
