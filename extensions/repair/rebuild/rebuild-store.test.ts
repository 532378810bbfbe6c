import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { type Slot, slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { startQuietEndpoint } from "@rainhooks/stage/testing/quiet-endpoint";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import type { TestReceiver } from "@rainhooks/testing/receiver";
import { RebuildLease } from "./rebuild-state.ts";
import { planDrop, planRebuild, type RebuildableStore, slotDependencies } from "./rebuild-store.ts";

const DEFINITION = {
  events: [],
  filtered: true,
  function: { timeoutS: 7, memoryMiB: 128 },
} as const;
/** An extension that reads the old tables on while its own has items. */
const READER = {
  name: "reader",
  rebuildWaits: { whileIn: "reads", waitMs: 2 * MINUTE_MS, until: "all is read" },
};
/** The settings of the archive's buffer in the test's stage. */
const BUFFER_S = 30;

let tables: TestTables;
let server: BucketServer;
let endpoint = "";
let quiet: TestReceiver;
let run = 0;
let queues: MemoryQueues;

beforeAll(async () => {
  tables = await startTables();
  server = await startBucketServer({ archive: {}, empty: {} });
  const { protocol = "", hostname = "", port } = (await tables.client.config.endpoint?.()) ?? {};
  endpoint = `${protocol}//${hostname}:${port}`;
  quiet = await startQuietEndpoint(endpoint);
});
afterAll(async () => {
  await server.stop();
  await quiet.stop();
  await tables.stop();
});
beforeEach(() => {
  run += 1;
  queues = new MemoryQueues(Date.now);
  for (const name of ["status", "status-replay"]) queues.create(name, {});
});

const nameOf = (table: string) => `run-${run}.${table}`;

/** A stage with tables of this test, here or in AWS. */
function stage(
  isLocal: boolean,
  { bucket = "archive", deployed = true, further = {} } = {},
): RebuildableStore {
  const slots = [nodeStatusTable, nodeTimelineTable].flatMap(({ name }) => [
    name,
    slotTableName(name, "b"),
  ]);
  const names = [tableSlotsTable.name, ...slots].map((name) => [name, nameOf(name)]);
  const replay = { queueUrl: queues.urlOf("status-replay"), topics: {} };
  const status = {
    trigger: "topics",
    function: "status",
    timeoutS: 20,
    settings: {},
    replay,
    queueUrl: queues.urlOf("status"),
    deadLetterQueueUrl: "",
  };
  const work = { trigger: "invocation", function: "store-work", maxConcurrency: 1, settings: {} };
  const functions = { "store-work": work, ...(deployed ? { "node-status": status } : {}) };
  const access = {
    local: isLocal ? { dataDir: "", file: { endpoint: quiet.url } } : undefined,
    clients: {
      dynamodb: tables.client,
      s3: server.client,
      sqs: new SQSClient(queues.clientOptions),
    },
    outputs: {
      stage: "dev",
      region: "us-east-1",
      archive: { bucket, bufferS: BUFFER_S },
      functions,
      tables: { ...Object.fromEntries(names), ...further },
    },
  } as unknown as StageAccess;
  return { access, store: "node-status", definition: DEFINITION, extensions: [READER] };
}

/** Creates the tables, with some nodes in each slot. */
async function createTables(nodes: Readonly<Record<Slot, number>>): Promise<void> {
  await tables.create({ ...tableSlotsTable, name: nameOf(tableSlotsTable.name) });
  for (const slot of ["a", "b"] as const)
    for (const table of [nodeStatusTable, nodeTimelineTable]) {
      const TableName = nameOf(slotTableName(table.name, slot));
      await tables.create({ ...table, name: TableName });
      for (let node = 0; table === nodeStatusTable && node < nodes[slot]; node += 1)
        await put(tables.client, TableName, node);
    }
}
const put = (client: DynamoDBClient, TableName: string, node: number) =>
  client.send(
    new PutItemCommand({ TableName, Item: { nodeId: { S: `n${node}` }, item: { S: "status" } } }),
  );

/** Makes slot b live. */
async function switchSlot(): Promise<void> {
  const slots = { client: tables.client, tableName: nameOf(tableSlotsTable.name) };
  const begin = () => ({
    ...({ phase: "switched", to: "b", startedBy: "me", startedAtMs: 1, updatedAtMs: 1 } as const),
    copiesRows: false,
    partitions: 256,
  });
  const dependencies = { slots, store: "node-status", nowMs: Date.now, clockMarginMs: 0 };
  const lease = await RebuildLease.take(dependencies, begin);
  await lease.save({ live: "b" });
  await lease.release();
}

/** Lets clients of AWS reach the test's tables. */
function reachTablesAsAws(): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  });
}

describe("what a change of slots needs", () => {
  it("what a change of slots needs of a stage in AWS is time for a clock that is behind, and for a timeout", () => {
    const parts = slotDependencies(stage(false));
    expect(parts).toMatchObject({
      store: "node-status",
      settleMs: 35_000,
      slotsAgeMs: 10_000,
      clockMarginMs: 120_000,
      slots: { tableName: nameOf("table-slots") },
    });
    expect(parts.tables.map(({ name }) => name)).toEqual(["node-status", "node-timeline"]);
    expect(parts).not.toHaveProperty("processedUntilMs");
    expect(slotDependencies(stage(false, { deployed: false })).settleMs).toBe(22_000);
  });

  it("what a change of slots needs of a local stage is less: it knows at once what is handled", async () => {
    const parts = slotDependencies(stage(true));
    expect(parts).toMatchObject({ settleMs: 31_000, clockMarginMs: 0 });
    const beforeMs = Date.now();
    const untilMs = (await parts.processedUntilMs?.()) ?? 0;
    expect([untilMs >= beforeMs - SECOND_MS, untilMs <= Date.now() - SECOND_MS]).toEqual([
      true,
      true,
    ]);
    expect(slotDependencies(stage(true, { deployed: false }))).not.toHaveProperty(
      "processedUntilMs",
    );
  });

  it("what a change of slots needs is refused by a stage without slots", () => {
    const place = stage(true);
    const outputs = { ...place.access.outputs, tables: {} };
    const without = () => slotDependencies({ ...place, access: { ...place.access, outputs } });
    expect(without).toThrow(RainhooksError);
    expect(without).toThrow("Stage dev has no table table-slots.");
  });

  it("what waits for functions to follow a change of slots can be cancelled", async () => {
    const signal = AbortSignal.abort();
    const { wait, settleMs } = slotDependencies(stage(false), { signal });
    await expect(wait(settleMs)).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a plan of a rebuild", () => {
  const key = (hour: string) => `deliveries/${hour}/1.gz`;

  it("a plan of a rebuild counts the archive and the live tables", async () => {
    server.buckets["archive"] = {
      [key("2026/11/24/08")]: Buffer.alloc(10),
      [key("2026/11/24/09")]: Buffer.alloc(20),
      [key("of-another-source/2026/11/23/23")]: Buffer.alloc(5),
      [key("of-the-third/2026/11/25/01")]: Buffer.alloc(4),
      "deliveries/of-whom/by-hand.gz": Buffer.alloc(1),
    };
    await createTables({ a: 3, b: 2 });
    expect(await planRebuild(stage(true))).toMatchObject({
      objects: 5,
      archiveBytes: 40,
      oldestHour: "2026/11/23/23",
      state: { live: "a", both: false, version: 0 },
      tables: [
        {
          name: nameOf("node-status"),
          items: 3,
          bytes: 0,
          indexes: nodeStatusTable.indexes.length,
        },
        { name: nameOf("node-timeline"), items: 0, bytes: 0, indexes: 0 },
      ],
    });
    await switchSlot();
    const { state, tables: live, oldestHour } = await planRebuild(stage(true, { bucket: "empty" }));
    expect([state.live, oldestHour, live.map(({ items }) => items)]).toEqual([
      "b",
      undefined,
      [2, 0],
    ]);
  });

  it("a plan of a rebuild says how long it waits at least: for functions, the archive, the queue, and what extensions still read", async () => {
    reachTablesAsAws();
    await createTables({ a: 0, b: 0 });
    const table = nameOf("reads");
    await tables.create({ name: table, partitionKey: { name: "nodeId", type: "S" } });
    const waits = async (...[isLocal, options]: Parameters<typeof stage>) =>
      (await planRebuild(stage(isLocal, options))).minWaitsMs;
    const further = { reads: table };
    const here = 2 * 11 * SECOND_MS;
    const archived = 2 * BUFFER_S * SECOND_MS;
    expect(await waits(true)).toBe(here + 2 * archived);
    expect(await waits(true, { deployed: false })).toBe(2 * 18 * SECOND_MS + 2 * archived);
    const aws = 2 * (35 * SECOND_MS + 2 * MINUTE_MS) + archived + 10 * MINUTE_MS;
    expect(await waits(false)).toBe(aws);
    expect(await waits(false, { further })).toBe(aws);
    await put(tables.client, table, 1);
    expect(await waits(false, { further })).toBe(aws + 2 * MINUTE_MS);
  });
});

describe("a plan of dropping tables", () => {
  it("a plan of dropping tables counts what is not live", async () => {
    await createTables({ a: 3, b: 2 });
    const { state, tables: other } = await planDrop(stage(true));
    expect([state.live, other.map(({ name, items }) => [name, items])]).toEqual([
      "a",
      [
        [nameOf("node-status-b"), 2],
        [nameOf("node-timeline-b"), 0],
      ],
    ]);
    await switchSlot();
    expect((await planDrop(stage(true))).tables.map(({ items }) => items)).toEqual([3, 0]);
  });

  it("a plan of dropping tables counts nothing in AWS: it has what DynamoDB has last counted", async () => {
    reachTablesAsAws();
    await createTables({ a: 0, b: 2 });
    expect((await planDrop(stage(false))).tables).toMatchObject([
      { name: nameOf("node-status-b"), items: 0, bytes: 0 },
      { name: nameOf("node-timeline-b"), items: 0, bytes: 0 },
    ]);
  });
});
