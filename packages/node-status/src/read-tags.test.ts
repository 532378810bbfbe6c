import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { batchPutSink } from "@rainhooks/sinks/dynamodb/batch-put-sink";
import { nodeStatusTable } from "./node-status-tables.ts";
import { MAX_TAGS_READ, readTags } from "./read-tags.ts";
import { subItemKey } from "./sub-item.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(nodeStatusTable);
});
afterAll(() => tables.stop());

it("readTags reads no more tags of a node than a maximum, however many it has", async () => {
  const tags = Array.from(
    { length: MAX_TAGS_READ + 50 },
    (_, index) => `t${String(index).padStart(5, "0")}`,
  );
  const table = { client: tables.client, table: nodeStatusTable, tableName: nodeStatusTable.name };
  const sink = batchPutSink<string>({ ...table, toPuts: (tag) => [subItemKey("n1", "tag", tag)] });
  expect(await sink.write([...tags, "other"].map((value) => ({ id: value, value })))).toEqual([]);
  const reader = { client: tables.client, tableName: nodeStatusTable.name };
  expect(await readTags(reader, "n1")).toEqual(["other", ...tags].slice(0, MAX_TAGS_READ));
  expect(await readTags(reader, "n2")).toEqual([]);
});
