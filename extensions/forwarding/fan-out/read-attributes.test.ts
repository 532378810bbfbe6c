import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { NO_FACTS } from "@rainhooks/node-status/facts";
import { encodeNode } from "@rainhooks/node-status/node-item";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { MAX_TAGS_READ } from "@rainhooks/node-status/read-tags";
import { subItemKey } from "@rainhooks/node-status/sub-item";
import { batchPutSink } from "@rainhooks/sinks/dynamodb/batch-put-sink";
import { readAttributes } from "./read-attributes.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(nodeStatusTable);
});
afterAll(() => tables.stop());

it("readAttributes reads a node's name, and no more tags than a maximum, however many it has", async () => {
  const tags = Array.from(
    { length: MAX_TAGS_READ + 50 },
    (_, index) => `t${String(index).padStart(5, "0")}`,
  );
  const table = { client: tables.client, table: nodeStatusTable, tableName: nodeStatusTable.name };
  const config = { atMs: 1, sentAtMs: 1, deliveryId: "d", name: "Kitchen" };
  const items = [
    encodeNode({ ...NO_FACTS, config }, "n1"),
    ...tags.map((tag) => subItemKey("n1", "tag", tag)),
    subItemKey("n1", "user", "somebody"),
  ];
  const sink = batchPutSink<number>({ ...table, toPuts: (index) => items.slice(index, index + 1) });
  expect(await sink.write(items.map((_, value) => ({ id: `${value}`, value })))).toEqual([]);
  const read = await readAttributes(
    { client: tables.client, tableName: nodeStatusTable.name },
    "n1",
  );
  expect(read).toEqual({ id: "n1", name: "Kitchen", tags: tags.slice(0, MAX_TAGS_READ) });
});
