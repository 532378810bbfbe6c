import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import {
  REBUILD_LEASE_MS,
  type Rebuild,
  RebuildLease,
  type RebuildPhase,
  readState,
  requireRunner,
  saveState,
} from "./rebuild-state.ts";

const REBUILD: Rebuild = {
  ...{ phase: "filling", to: "b", startedBy: "somebody", startedAtMs: 1, updatedAtMs: 1 },
  ...{ copiesRows: false, partitions: 0 },
};
const CLOCK_MARGIN_MS = 1000;

let tables: TestTables;
let nowMs = 1_000_000;
let run = 0;

beforeAll(async () => {
  tables = await startTables();
  await tables.create(tableSlotsTable);
});
afterAll(() => tables.stop());
beforeEach(() => {
  run += 1;
});

const parts = () => {
  const slots = { client: tables.client, tableName: tableSlotsTable.name };
  return { slots, store: `store-${run}`, nowMs: () => nowMs, clockMarginMs: CLOCK_MARGIN_MS };
};
const take = () => RebuildLease.take(parts(), ({ rebuild }) => rebuild ?? REBUILD);
const read = () => readState(parts().slots, parts().store);

it("a lease belongs to one process until that has released it", async () => {
  const lease = await take();
  await expect(take()).rejects.toMatchObject({ code: "write-conflict" });
  await lease.save({ both: true, rebuild: { partitions: 3 } });
  await lease.release();
  const second = await take();
  expect(second.state).toMatchObject({ both: true, rebuild: { partitions: 3, phase: "filling" } });
  await second.finish();
  const { both, rebuild } = await read();
  expect([both, rebuild]).toEqual([true, undefined]);
});

it("a lease can be taken over some time after its process has died, and is then lost for that process", async () => {
  const lease = await take();
  nowMs += REBUILD_LEASE_MS;
  await expect(take()).rejects.toThrow("try again in 1 seconds");
  nowMs += CLOCK_MARGIN_MS;
  const second = await take();
  await expect(lease.save({ rebuild: { partitions: 9 } })).rejects.toMatchObject({ code: "write-conflict" });
  await lease.release();
  await second.release();
  expect((await read()).rebuild).toMatchObject({ partitions: 0, phase: "filling" });
});

it("a lease counts for a function whose clock is two minutes ahead, until another process has it", async () => {
  const lease = await take();
  const check = (aheadMs: number, phase: RebuildPhase = "filling") =>
    requireRunner(parts().slots, parts().store, lease.runner, phase, nowMs + REBUILD_LEASE_MS + aheadMs);
  await check(119_000);
  await expect(check(120_000)).rejects.toMatchObject({ code: "write-conflict" });
  await expect(check(0, "dropping")).rejects.toMatchObject({ code: "write-conflict" });
  await lease.release();
  const second = await take();
  await expect(check(0)).rejects.toMatchObject({ code: "write-conflict", permanent: true });
  await second.release();
});

it("a lease is known as its own by the process whose response was lost and whose call was repeated", async () => {
  const state = { store: "x", live: "a", both: true, version: 0, rebuild: REBUILD } as const;
  const written = await saveState(parts().slots, state);
  expect(await saveState(parts().slots, state)).toEqual(written);
  const other = { ...state, rebuild: { ...REBUILD, runner: "another" } };
  await expect(saveState(parts().slots, other)).rejects.toMatchObject({ code: "write-conflict" });
});

it("a lease refuses a state of another version", async () => {
  const Item = { store: { S: "new" }, version: { N: "1" }, rebuild: { M: { phase: { S: "flying" } } } };
  await tables.client.send(new PutItemCommand({ TableName: tableSlotsTable.name, Item }));
  await expect(readState(parts().slots, "new")).rejects.toMatchObject({ code: "stage-unavailable" });
});
