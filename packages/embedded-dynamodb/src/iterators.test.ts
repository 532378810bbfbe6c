import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, it } from "@jest/globals";
import { eventually } from "@rainhooks/testing/eventually";
import { startTables } from "./test-tables.ts";

/** What this test uses of the database below dynalite. */
interface Iterator {
  _close: () => Promise<void>;
}
interface Database {
  _iterator: (options: unknown) => Iterator;
}

/**
 * An iterator that stays open keeps what was stored when it began. LevelDB 1.20 can then return an
 * old value of a key that was written again (github.com/google/leveldb/issues/320).
 */
it("the server leaves no iterator of its database open, however its queries end", async () => {
  const required = createRequire(createRequire(import.meta.url).resolve("dynalite"));
  const { Level } = required("level") as { Level: { prototype: Database } };
  const original = Level.prototype._iterator;
  let opened = 0;
  let closed = 0;
  Level.prototype._iterator = function counted(this: Database, options) {
    const iterator = original.call(this, options);
    const close = iterator._close.bind(iterator);
    opened += 1;
    iterator._close = () => {
      closed += 1;
      return close();
    };
    return iterator;
  };
  const folder = await mkdtemp(join(tmpdir(), "iterators-"));
  const tables = await startTables(folder);
  const { client } = tables;
  try {
    const name = "doors";
    const keys = {
      partitionKey: { name: "house", type: "S" },
      sortKey: { name: "door", type: "S" },
    } as const;
    await tables.create({ name, ...keys });
    for (let door = 0; door < 30; door += 1)
      await client.send(
        new PutItemCommand({
          TableName: name,
          Item: { house: { S: "a" }, door: { S: String(door) } },
        }),
      );
    const query = { TableName: name, KeyConditionExpression: "house = :a" };
    const values = { ExpressionAttributeValues: { ":a": { S: "a" } } };
    for (const Limit of [1, 7, undefined]) {
      expect((await client.send(new QueryCommand({ ...query, ...values, Limit }))).Count).toBe(
        Limit ?? 30,
      );
      await client.send(new QueryCommand({ ...query, ...values, Limit, ScanIndexForward: false }));
      expect((await client.send(new ScanCommand({ TableName: name, Limit }))).Count).toBe(
        Limit ?? 30,
      );
      await client.send(new ScanCommand({ TableName: name, Limit, Segment: 1, TotalSegments: 3 }));
    }
    expect(opened).toBeGreaterThan(10);
    // Stopping the tables closes all.
    await eventually(
      async () => opened - closed,
      (open) => open === 0,
    );
  } finally {
    await tables.stop();
    Level.prototype._iterator = original;
    await rm(folder, { recursive: true });
  }
});
