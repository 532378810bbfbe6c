import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import type { TableSegment } from "../verify/read-tables.ts";
import { TestJob } from "../work/testing/test-job.ts";
import { clearSegment, copySegment, hasItems } from "./slot-work.ts";

let tables: TestTables;
let run = 0;
let table = "";

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  run += 1;
  table = `lights-${run}`;
  const partitionKey = { name: "node", type: "S" } as const;
  const sortKey = { name: "number", type: "N" } as const;
  for (const name of [table, `${table}-b`]) await tables.create({ name, partitionKey, sortKey });
});

const segment = (slot: Slot = "a"): TableSegment => ({ table, slot, segment: 0, of: 1 });
const job = (isLate = () => false, nowMs = () => 0, client: DynamoDBClient = tables.client) =>
  new TestJob({ client, isLate, nowMs });

async function fill(count: number, name = table, state = "on"): Promise<void> {
  const puts = Array.from({ length: count }, (_, index) => ({
    PutRequest: { Item: { node: { S: "n" }, number: { N: String(index) }, state: { S: state } } },
  }));
  await batchWrite(puts, { client: tables.client, tableName: name });
}
async function itemsOf(TableName: string): Promise<Attributes[]> {
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName }));
  return Items;
}

it("a slot has items as soon as one of its parts has one", async () => {
  expect(await hasItems(job(), segment())).toBe(false);
  await fill(1);
  expect(await hasItems(job(), segment())).toBe(true);
  expect(await hasItems(job(), segment("b"))).toBe(false);
  const client = tables.newClient();
  let scans = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      scans += 1;
      return next(args);
    },
    { step: "initialize" },
  );
  await fill(501);
  expect(await hasItems(job(undefined, undefined, client), segment())).toBe(true);
  expect(scans).toBe(1);
});

it("a slot that is copied replaces what the other one has, and goes on where a call has ended", async () => {
  await fill(501);
  await fill(1, `${table}-b`, "off");
  const late = job(() => true);
  const first = await copySegment(late, segment(), "b", undefined);
  expect([first.items, first.after]).toEqual([500, { node: { S: "n" }, number: { N: "499" } }]);
  const second = await copySegment(job(), segment(), "b", first.after);
  expect([second.items, second.after]).toEqual([1, undefined]);
  expect(await itemsOf(`${table}-b`)).toEqual(await itemsOf(table));
  expect(late.phases).toEqual(["copying"]);
});

it("a slot that is emptied loses all items, and no item of the other one", async () => {
  await fill(60);
  await fill(3, `${table}-b`);
  const all = job();
  const { items } = await clearSegment(all, segment(), ["node", "number"], undefined, undefined);
  expect([items, await itemsOf(table), all.waits, all.phases]).toEqual([60, [], [], ["dropping"]]);
  expect(await itemsOf(`${table}-b`)).toHaveLength(3);
});

it("a slot that is emptied loses as many items in a second as it may", async () => {
  await fill(5);
  const two = job();
  await clearSegment(two, segment(), ["node", "number"], 2, undefined);
  expect([two.waits, await itemsOf(table)]).toEqual([[1000, 1000, 500], []]);

  await fill(2);
  const less = job();
  await clearSegment(less, segment(), ["node", "number"], 0.4, undefined);
  expect(less.waits).toEqual([2500, 2500]);

  await fill(4);
  let nowMs = 0;
  const slow = job(undefined, () => {
    nowMs += 600;
    return nowMs;
  });
  await clearSegment(slow, segment(), ["node", "number"], 1, undefined);
  expect(slow.waits).toEqual([400, 400, 400, 400]);

  await fill(4);
  const tooSlow = job(undefined, () => {
    nowMs += 1000;
    return nowMs;
  });
  await clearSegment(tooSlow, segment(), ["node", "number"], 1, undefined);
  expect(tooSlow.waits).toEqual([]);
});

/** A client whose tables process no write of some calls. */
function busyClient(calls: number): DynamoDBClient {
  const client = tables.newClient();
  let left = calls;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== "BatchWriteItemCommand" || left === 0) return next(args);
        left -= 1;
        const { RequestItems } = Object(args.input);
        return { response: {}, output: { $metadata: {}, UnprocessedItems: RequestItems } };
      },
    { step: "initialize", name: "busy" },
  );
  return client;
}

it("a slot of a busy table is emptied some seconds later, if the command still holds the rebuild", async () => {
  await fill(2);
  const patient = job(undefined, undefined, busyClient(12));
  await clearSegment(patient, segment(), ["node", "number"], undefined, undefined);
  expect(await itemsOf(table)).toEqual([]);
  expect(patient.waits.filter((ms) => ms === 1000)).toHaveLength(2);
  expect(patient.phases).toEqual(["dropping", "dropping", "dropping"]);
});

it("a slot of a table that stays busy is not emptied, which is not permanent", async () => {
  await fill(2);
  const busy = job(undefined, undefined, busyClient(1000));
  await expect(clearSegment(busy, segment(), ["node", "number"], undefined, undefined)).rejects.toMatchObject(
    {
      ...{ code: "throttled", permanent: false },
      message: `Table ${table} is busy: it did not take an item in 10 tries.`,
    },
  );
  expect(busy.waits.filter((ms) => ms === 1000)).toHaveLength(9);
  expect(await itemsOf(table)).toHaveLength(2);
});
