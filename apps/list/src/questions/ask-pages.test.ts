import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it, test } from "@jest/globals";
import { ask, type QueryStage } from "@rainhooks/stage/query/ask";
import { optionalText, wholeNumber } from "@rainhooks/stage/query/params/kinds";
import { defineQuestion } from "@rainhooks/stage/query/question";
import { storesOf, tableNames } from "@rainhooks/stage/query/stores";
import type { Resource } from "@rainhooks/webhook/resources";
import * as v from "valibot";

const client = new DynamoDBClient({ region: "us-east-1" });

/** Counts on from the place where the page before ended. It needs no table. */
const COUNT = defineQuestion({
  name: "countOn",
  path: "/v1/count",
  summary: "Numbers",
  params: {
    of: optionalText({ description: "Of what.", placeholder: "of", maxLength: 10 }),
    limit: wholeNumber(
      { description: "How many.", placeholder: "n" },
      { min: 1, max: 9, fallback: 2 },
    ),
  },
  paged: true,
  result: v.object({ from: v.number(), nowMs: v.number() }),
  find: async ({ limit }, { after, nowMs }) => {
    const from = Number(after ?? 0);
    return { result: { from, nowMs }, next: from + limit < 5 ? String(from + limit) : undefined };
  },
});
const WHOLE = defineQuestion({
  ...COUNT,
  name: "countAll",
  paged: false,
  params: {} as typeof COUNT.params,
});

const STAGE: QueryStage = {
  stage: "one",
  stores: storesOf(client, (table) => table, { keepsRollups: false }),
  nowMs: () => 7,
};
const asked = (texts: Readonly<Record<string, string | undefined>>, stage = STAGE) =>
  ask(COUNT, texts, stage);
const refused = (message: string) => ({ code: "input-invalid", permanent: true, message });

describe("a query with pages", () => {
  it("a query with pages goes on where the page before ended, up to the last one, which names no next one", async () => {
    const first = await asked({});
    const second = await asked({ page: first.next });
    const third = await asked({ page: second.next });
    expect([first, second, third].map(({ from, nowMs }) => [from, nowMs])).toEqual([
      [0, 7],
      [2, 7],
      [4, 7],
    ]);
    expect(third).not.toHaveProperty("next");
  });

  it("a query with pages accepts another limit, but no other parameter, query or stage", async () => {
    const { next: page } = await asked({ of: "apples" });
    expect(await asked({ of: "apples", limit: "1", page })).toMatchObject({ from: 2 });
    const wrong = refused(
      "The page token does not belong to this query. Use `next` of the previous page, with the same parameters.",
    );
    await expect(asked({ of: "pears", page })).rejects.toMatchObject(wrong);
    await expect(asked({ page })).rejects.toMatchObject(wrong);
    await expect(asked({ of: "apples", page }, { ...STAGE, stage: "two" })).rejects.toMatchObject(
      wrong,
    );
    const renamed = { ...COUNT, name: "other" };
    await expect(ask(renamed, { of: "apples", page }, STAGE)).rejects.toMatchObject(wrong);
  });

  it("a query with pages lists the parameter of pages among those that it knows", async () => {
    await expect(asked({ colour: "red" })).rejects.toMatchObject(
      refused("unknown parameter colour (known: of, limit, page)."),
    );
  });
});

describe("a query without pages", () => {
  it("a query without pages refuses a page, and does not list it among its parameters", async () => {
    await expect(ask(WHOLE, { page: "x" }, STAGE)).rejects.toMatchObject(
      refused("This query has no pages. Leave out the parameter `page`."),
    );
    await expect(ask(WHOLE, { colour: "red" }, STAGE)).rejects.toMatchObject(
      refused("unknown parameter colour (this query has none)."),
    );
  });
});

test("a query is answered only with its permission, which is that to read unless it says another", async () => {
  expect(COUNT.permission).toBe("read");
  const secret = defineQuestion({ ...COUNT, permission: "attempts" });
  const message = "The query countOn needs the permission attempts.";
  await expect(ask(secret, {}, STAGE)).rejects.toMatchObject(refused(message));
  await expect(ask(secret, {}, { ...STAGE, permissions: ["attempts"] })).resolves.toMatchObject({
    from: 0,
  });
  await expect(asked({}, { ...STAGE, permissions: [] })).rejects.toMatchObject(
    refused("The query countOn needs the permission read."),
  );
});

describe("the stores of a stage", () => {
  const use = (name: string): Resource => ({
    kind: "table",
    env: name,
    actions: ["dynamodb:Query"],
    table: { name, partitionKey: { name: "id", type: "S" } },
  });
  const names = tableNames(
    { mine: use("doors"), other: use("bells") },
    { mine: "rainhooks-dev-doors" },
  );

  it("the stores have the names of their tables", () => {
    const stores = storesOf(client, (table) => `my-${table}`, { keepsRollups: true });
    expect(stores.nodes).toEqual({ client, tableName: "my-node-status" });
    expect(stores.timelines).toEqual({ client, tableName: "my-node-timeline" });
    expect(stores.samples).toEqual({ client, samplesTableName: "my-fleet-samples" });
    expect(stores.series).toEqual({
      client,
      tableName: "my-time-series",
      rollupsTableName: "my-time-series-rollups",
      keepsRollups: true,
    });
    expect(storesOf(client, names, { keepsRollups: false }).tableOf("doors")).toEqual({
      client,
      tableName: "rainhooks-dev-doors",
    });
  });

  test.each(["bells", "walls"])(
    "the stores report that the table %s is missing only when it is used",
    (name) => {
      const { tableOf } = storesOf(client, names, { keepsRollups: false });
      expect(() => tableOf(name)).toThrow(
        expect.objectContaining({
          code: "not-found",
          permanent: true,
          message: `The table ${name} is not among those that may be read here.`,
        }),
      );
    },
  );
});
