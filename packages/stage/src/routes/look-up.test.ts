import { expect, it } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { batchWrite, MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb/batch-write";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import type { StageAccess } from "../stage-access.ts";
import { nodeHits } from "./look-up.ts";

it("a node is found by its id with one read, however many nodes there are", async () => {
  const tables = await startTables();
  await tables.create(nodeStatusTable);
  const sent: string[] = [];
  tables.client.middlewareStack.add(
    (next, { commandName = "" }) => {
      return (args) => {
        sent.push(commandName);
        return next(args);
      };
    },
    { step: "initialize", priority: "high" },
  );
  const { client } = tables;
  const access = {
    outputs: { tables: { "node-status": nodeStatusTable.name } },
    clients: { dynamodb: client },
  } as unknown as StageAccess;
  let filled = 0;
  for (const count of [20, 20_000]) {
    const puts = Array.from({ length: count - filled }, (_, index) => ({
      PutRequest: { Item: { nodeId: { S: `node-${filled + index}` }, item: { S: "status" } } },
    }));
    for (const batch of chunk(puts, MAX_WRITES_PER_CALL))
      expect(await batchWrite(batch, { client, tableName: nodeStatusTable.name })).toEqual([]);
    filled = count;
    sent.length = 0;
    const id = `node-${count - 1}`;
    expect(await nodeHits(access, id)).toMatchObject([
      { kind: "node", title: id, page: "nodes", id },
    ]);
    expect(await nodeHits(access, `${id}9`)).toEqual([]);
    expect(sent).toEqual(["QueryCommand", "QueryCommand"]);
  }
  await tables.stop();
});
