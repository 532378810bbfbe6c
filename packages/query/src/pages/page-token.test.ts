import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import { type AskedStage, ask } from "../ask.ts";
import { countNodesQuestion, listNodesQuestion } from "../questions/nodes.ts";
import { listSeriesQuestion, seriesValuesQuestion } from "../questions/series.ts";
import { SEED_NOW_MS, SEED_SERIES, seedStage } from "../testing/seeded-stage.ts";
import { tablePageKey } from "./page-key.ts";

type Texts = Record<string, string>;

describe("a page token", () => {
  let tables: TestTables;
  let stage: AskedStage;
  let other: AskedStage;

  beforeAll(async () => {
    tables = await startTables();
    stage = await seedStage(tables, "one", "mark-of-one");
    other = await seedStage(tables, "two", "mark-of-two");
  });
  afterAll(() => tables.stop());

  const first = { node: "n0", series: SEED_SERIES.number, limit: "1" };
  const tokenOf = async (texts: Texts, of = stage) => (await ask(seriesValuesQuestion, texts, of)).next ?? "";
  const NOT_THIS = expect.objectContaining({
    code: "input-invalid",
    message: expect.stringContaining("does not belong to this question"),
  });

  it("goes on with another limit", async () => {
    const page = await tokenOf(first);
    const answer = await ask(seriesValuesQuestion, { ...first, page, limit: "2" }, stage);
    expect(answer.values.map(({ value }) => value)).toEqual([0.5, 1]);
  });

  test.each<[string, Texts]>([
    ["another node", { node: "n1" }],
    ["another series", { series: SEED_SERIES.text }],
    ["another beginning", { from: "2026-01-01" }],
    ["another end", { to: String(SEED_NOW_MS) }],
    ["another aggregate", { aggregate: "max" }],
    ["another zone", { timezone: "Europe/Berlin" }],
    ["another order", { newestFirst: "true" }],
  ])("is refused when the question is about %s", async (_, change) => {
    const page = await tokenOf(first);
    const asked = ask(seriesValuesQuestion, { ...first, ...change, page }, stage);
    await expect(asked).rejects.toEqual(NOT_THIS);
  });

  it("is refused by another question, by another stage, and when a bit of it is changed", async () => {
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
      await expect(ask(seriesValuesQuestion, { ...first, page: junk }, stage)).rejects.toEqual(NOT_THIS);
    }
  });

  it("is good wherever the stage is asked from: its key is in the stage", async () => {
    const elsewhere = {
      ...stage,
      pageKey: tablePageKey({ client: tables.client, tableName: "one-page-keys" }),
    };
    const answer = await ask(seriesValuesQuestion, { ...first, page: await tokenOf(first) }, elsewhere);
    expect(answer.values).toHaveLength(1);
  });

  it("has one key, however many make it at once", async () => {
    await tables.create({ name: "fresh-page-keys", partitionKey: { name: "name", type: "S" } });
    const options = { client: tables.client, tableName: "fresh-page-keys" };
    const keys = await Promise.all(Array.from({ length: 8 }, () => tablePageKey(options)()));
    expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(1);
    expect(keys[0]).toHaveLength(32);
  });

  it("is not asked for where there are no pages", async () => {
    await expect(ask(countNodesQuestion, { page: "x" }, stage)).rejects.toThrow("has no pages");
  });
});
