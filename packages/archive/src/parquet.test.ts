import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readParquet, writeParquet } from "./parquet.ts";

const COLUMNS = ["id", "sentatms", "topic", "attributes", "body"];
const line = fc
  .record({
    id: fc.string(),
    topic: fc.option(fc.string()),
    attributes: fc.dictionary(
      fc.string().filter((name) => name !== "__proto__"),
      fc.string(),
    ),
    body: fc.string(),
    sentAtMs: fc.nat({ max: 253_402_300_799_999 }),
  })
  .map((one) => JSON.stringify(one));

test("parquet that Rainhooks writes is read unchanged", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      const read = await readParquet(await writeParquet({ columns: COLUMNS, lines }));
      expect(read.columns).toEqual(COLUMNS);
      expect(read.lines.map((one) => JSON.parse(one))).toEqual(lines.map((one) => JSON.parse(one)));
    }),
  );
});

test("another reader sees the columns of Athena's table, also of an archive in folders of topics, which has none", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parquet-"));
  const path = join(folder, "one.parquet");
  const text = JSON.stringify({
    id: "1",
    sentAtMs: 1_764_000_000_000,
    attributes: { node_id: "kitchen" },
    body: '{"é":1}',
  });
  const columns = COLUMNS.filter((name) => name !== "topic");
  await writeFile(path, await writeParquet({ columns, lines: [text] }));
  const duck = await DuckDBInstance.create();
  const connection = await duck.connect();
  const read = await connection.runAndReadAll(
    `SELECT *, attributes['node_id'] AS node, typeof(sentatms) AS time, typeof(attributes) AS map FROM '${path}'`,
  );
  expect(read.getRowObjectsJson()).toMatchObject([
    {
      id: "1",
      sentatms: "1764000000000",
      node: "kitchen",
      time: "BIGINT",
      map: "MAP(VARCHAR, VARCHAR)",
      body: '{"é":1}',
    },
  ]);
  expect(read.columnNames()).not.toContain("topic");
  connection.closeSync();
  await rm(folder, { recursive: true });
});

test("parquet from a writer like that of Firehose keeps its rows and columns", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parquet-"));
  const path = join(folder, "two.parquet");
  const duck = await DuckDBInstance.create();
  const connection = await duck.connect();
  await connection.run(
    `COPY (SELECT * FROM (VALUES ('1', 5::BIGINT, 't', MAP {'a': 'b'}, '{}')) AS d(id, sentatms, topic, attributes, body)) TO '${path}' (FORMAT parquet, COMPRESSION snappy)`,
  );
  const { readFile } = await import("node:fs/promises");
  expect(await readParquet(await readFile(path))).toEqual({
    columns: COLUMNS,
    lines: [JSON.stringify({ id: "1", topic: "t", attributes: { a: "b" }, body: "{}", sentAtMs: 5 })],
  });
  connection.closeSync();
  await rm(folder, { recursive: true });
});
