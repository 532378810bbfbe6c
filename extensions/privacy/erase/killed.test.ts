import { gunzipSync, gzipSync } from "node:zlib";
import {
  type AttributeValue,
  DeleteItemCommand,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { readErased } from "@rainhooks/stage/tables/erasures";
import { erasuresTable } from "@rainhooks/stage/tables/stage-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { eraseLine } from "./erase-line.ts";
import { eraseObjects } from "./erase-objects.ts";
import { eraseTable, type TableSearch } from "./erase-tables.ts";
import { addErased } from "./erasure-store.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

const node: ErasureSubject = { kind: "node", id: "kitchen", also: [] };
const user: ErasureSubject = { kind: "user", id: "anna@example.com", also: [] };
const ALIAS = "rainhooks-erased-0123456789ab";
const HOUR_MS = 3_600_000;

const alert = (index: number, node_id: string) =>
  deliveryOf(
    {
      event_type: "rmaker.event.alert",
      event_data: { node_id, user_id: user.id, message_body: { index } },
    },
    { id: `${node_id}-${index}`, sentAtMs: index * HOUR_MS, topic: "alerts" },
  );

/** More than are read at once. */
const OBJECTS = 5;

/** Objects, each with an alert of two nodes and one that is archived twice. */
function objects(): Record<string, Buffer> {
  const files = Array.from({ length: OBJECTS }, (_, hour) => {
    const lines = [alert(hour, "kitchen"), alert(hour, "garden"), alert(hour, "kitchen")].map(
      (one) => JSON.stringify(one),
    );
    return [
      `deliveries/2026/11/24/${String(hour).padStart(2, "0")}/a.gz`,
      gzipSync(`${lines.join("\n")}\n`),
    ] as const;
  });
  const error = JSON.stringify({
    rawData: Buffer.from(JSON.stringify(alert(1, "kitchen"))).toString("base64"),
  });
  return Object.fromEntries([
    ...files,
    ["errors/format/2026/11/24/00/e", Buffer.from(`${error}\n{"rawData":""}\n`)],
    ["work/part", Buffer.from("kitchen")],
  ]);
}

async function untilNothing(search: TableSearch): Promise<void> {
  for (let pass = 1; pass <= 4; pass += 1)
    if (
      (await eraseTable(
        { name: nodeStatusTable.name, tableName: nodeStatusTable.name },
        search,
        true,
      )) === 0
    )
      return;
  throw new Error("Something is found again and again.");
}

/** Counts calls, and fails from one on, as if the process had ended. */
class Lifetime {
  left = Number.POSITIVE_INFINITY;
  calls = 0;
  use(): void {
    this.calls += 1;
    this.left -= 1;
    if (this.left < 0) throw new Error("killed");
  }
}

describe("an erasure that is killed at any call, and started again", () => {
  let server: BucketServer;
  let tables: TestTables;
  const life = new Lifetime();

  beforeAll(async () => {
    tables = await startTables();
    for (const table of [nodeStatusTable, erasuresTable]) await tables.create(table);
    server = await startBucketServer({});
    server.client.middlewareStack.add(
      (next) => (args) => {
        life.use();
        return next(args);
      },
      { step: "initialize" },
    );
    tables.client.middlewareStack.add(
      (next) => (args) => {
        life.use();
        return next(args);
      },
      { step: "initialize" },
    );
  });
  afterAll(async () => {
    await server.stop();
    await tables.stop();
  });
  beforeEach(() => {
    life.left = Number.POSITIVE_INFINITY;
    life.calls = 0;
  });

  let place: string | undefined;
  const eraseArchive = (bucket: string, id: string, subject: ErasureSubject) =>
    eraseObjects(
      {
        bucket: { client: server.client, bucket, isVersioned: false },
        eraseLine: (line) => eraseLine(line, { names: namesOf(subject), alias: ALIAS }),
      },
      {
        onDropped: (dropped) =>
          addErased({ client: tables.client, tableName: erasuresTable.name }, id, dropped),
        onDone: async (key) => {
          place = key;
        },
      },
      place,
    );

  const textsOf = (bucket: string) =>
    Object.entries(server.buckets[bucket] ?? {}).map(([key, bytes]) => [
      key,
      (key.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"),
    ]);

  it("a killed erasure leaves the same objects, and has counted what it removed at least once", async () => {
    server.buckets["whole"] = objects();
    await eraseArchive("whole", "whole", node);
    const wanted = textsOf("whole");
    const { calls } = life;
    expect(
      wanted.filter(
        ([key = "", text = ""]) => !key.startsWith("work/") && text.includes("kitchen"),
      ),
    ).toEqual([]);
    expect(wanted.filter(([, text = ""]) => text.includes("garden-"))).toHaveLength(OBJECTS);
    // A record that Firehose could not write is in base64.
    expect(Object.fromEntries(wanted)["errors/format/2026/11/24/00/e"]).toBe('{"rawData":""}\n');
    for (let kill = 1; kill < calls; kill += 1) {
      const bucket = `killed-${kill}`;
      server.buckets[bucket] = objects();
      place = undefined;
      life.left = kill;
      await expect(eraseArchive(bucket, bucket, node)).rejects.toThrow("killed");
      life.left = Number.POSITIVE_INFINITY;
      await eraseArchive(bucket, bucket, node);
      expect(textsOf(bucket)).toEqual(wanted);
    }
    const erased = await readErased({ client: tables.client, tableName: erasuresTable.name });
    // Two lines in each hour, of each of the attempts, of which some counted twice.
    for (const topics of erased.values())
      expect(topics.get("alerts")).toBeGreaterThanOrEqual(2 * calls);
    expect(erased.size).toBe(OBJECTS);
  });

  async function itemsOf(): Promise<object[]> {
    const items: object[] = [];
    for await (const page of paginateScan(
      { client: tables.client },
      { TableName: nodeStatusTable.name },
    ))
      items.push(...(page.Items ?? []));
    return items
      .map((item) => JSON.stringify(item))
      .sort()
      .map((text) => JSON.parse(text));
  }

  async function fill(): Promise<void> {
    const rows = ["kitchen", "garden"].flatMap((nodeId) => [
      {
        nodeId,
        item: "status",
        version: 3,
        lastAlert: { by: user.id, others: ["kitchen"] },
        seenBy: new Set([user.id, "ben@example.com", "kitchen"]),
      },
      { nodeId, item: `user#${user.id}`, member: true },
      { nodeId, item: "user#ben@example.com", member: true },
    ]);
    // Nothing of an earlier round may hide what is lost.
    for (const { nodeId, item } of (await itemsOf()) as {
      nodeId: AttributeValue;
      item: AttributeValue;
    }[])
      await tables.client.send(
        new DeleteItemCommand({ TableName: nodeStatusTable.name, Key: { nodeId, item } }),
      );
    for (const row of rows)
      await tables.client.send(
        new PutItemCommand({ TableName: nodeStatusTable.name, Item: marshall(row) }),
      );
  }

  it.each([node, user])(
    "a killed erasure leaves the same items of a table ($kind)",
    async (subject) => {
      const search: TableSearch = {
        client: tables.client,
        renaming: { names: namesOf(subject), alias: ALIAS },
      };
      const erase = () => untilNothing(search);
      await fill();
      life.calls = 0;
      await erase();
      const { calls } = life;
      const wanted = await itemsOf();
      expect(JSON.stringify(wanted)).not.toContain(subject.id);
      expect(wanted).toHaveLength(subject.kind === "node" ? 3 : 6);
      for (let kill = 1; kill < calls; kill += 1) {
        await fill();
        life.left = kill;
        await expect(erase()).rejects.toThrow();
        life.left = Number.POSITIVE_INFINITY;
        await erase();
        expect(await itemsOf()).toEqual(wanted);
      }
    },
  );

  it("an erasure does not undo what a function writes at the same moment, and the function does not undo the erasure", async () => {
    await fill();
    let writes = 0;
    const search: TableSearch = {
      client: tables.client,
      renaming: { names: namesOf(user), alias: ALIAS },
      onItem: (_, item) => {
        if (item["item"]?.S !== "status" || writes > 1) return;
        writes += 1;
        void tables.client.send(
          new PutItemCommand({
            TableName: nodeStatusTable.name,
            Item: {
              ...item,
              version: { N: "4" },
              lastAlert: marshall({ by: user.id, new: writes })["x"] ?? {
                M: marshall({ by: user.id, new: writes }),
              },
            },
          }),
        );
      },
    };
    await untilNothing(search);
    const status = (await itemsOf()).filter((item) => JSON.stringify(item).includes('"status"'));
    expect(JSON.stringify(status)).not.toContain(user.id);
    // The function's condition on the version that it has read fails.
    for (const item of status)
      expect(item).toMatchObject({ version: { N: expect.stringMatching(/^[45]$/) } });
  });
});
