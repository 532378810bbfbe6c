import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, it, jest } from "@jest/globals";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
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
  phase: "filling",
  to: "b",
  startedBy: "somebody",
  startedAtMs: 1,
  updatedAtMs: 1,
  copiesRows: false,
  partitions: 0,
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
  await expect(take()).rejects.toMatchObject({
    code: "write-conflict",
    message: `Another process works on the rebuild of store-${run}. If it was stopped, try again in 16 seconds.`,
  });
  await lease.save({ both: true, rebuild: { partitions: 3 } });
  await lease.release();
  expect((await read()).rebuild).toEqual({ ...REBUILD, partitions: 3, updatedAtMs: nowMs });
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
  await expect(lease.save({ rebuild: { partitions: 9 } })).rejects.toMatchObject({
    code: "write-conflict",
  });
  await lease.release();
  await second.release();
  expect((await read()).rebuild).toMatchObject({ partitions: 0, phase: "filling" });
});

it("a lease counts for a function whose clock is two minutes ahead, until another process has it", async () => {
  const lease = await take();
  const check = (aheadMs: number, phase: RebuildPhase = "filling", slot: Slot = "b") =>
    requireRunner(
      parts().slots,
      parts().store,
      lease.runner,
      phase,
      slot,
      nowMs + REBUILD_LEASE_MS + aheadMs,
    );
  await check(119_000);
  // Slot a is live: nothing writes to it, also not what holds the rebuild.
  await expect(check(0, "filling", "a")).rejects.toMatchObject({ code: "write-conflict" });
  await expect(check(120_000)).rejects.toMatchObject({ code: "write-conflict" });
  await expect(check(0, "dropping")).rejects.toMatchObject({ code: "write-conflict" });
  const { slots, store } = parts();
  for (const [of, runner] of [
    [store, undefined],
    [store, "another"],
    ["not-rebuilt", undefined],
    ["not-rebuilt", lease.runner],
  ] as const)
    await expect(requireRunner(slots, of, runner, "filling", "b", nowMs)).rejects.toMatchObject({
      code: "write-conflict",
      permanent: true,
      message: `The process that rebuilds ${of} does not hold the rebuild any more. Start the command again.`,
    });
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
  await expect(saveState(parts().slots, other)).rejects.toMatchObject({
    code: "write-conflict",
    message:
      'Somebody else has changed the rebuild of x. Look at it with "rainhooks rebuild show x".',
  });
});

it("a lease refuses a state of another version", async () => {
  const Item = {
    store: { S: "new" },
    version: { N: "1" },
    rebuild: { M: { phase: { S: "flying" } } },
  };
  await tables.client.send(new PutItemCommand({ TableName: tableSlotsTable.name, Item }));
  await expect(readState(parts().slots, "new")).rejects.toMatchObject({
    code: "stage-unavailable",
    message: "The slots of new were written by another version of Rainhooks. Use that version.",
  });
});

it("a lease is extended with each change, which another process does not undo", async () => {
  const lease = await take();
  nowMs += REBUILD_LEASE_MS - 1;
  await lease.save({});
  nowMs += REBUILD_LEASE_MS + CLOCK_MARGIN_MS - 1;
  await expect(take()).rejects.toThrow("try again in 1 seconds");
  nowMs += 1;
  const second = await take();
  // A process that has lost it writes nothing more, not even that it has ended.
  await expect(lease.save({})).rejects.toMatchObject({ code: "write-conflict" });
  await second.save({ rebuild: { partitions: 5 } });
  const { version } = await read();
  for (const change of [() => lease.save({ live: "b" }), () => lease.save({ both: true })])
    await expect(change()).rejects.toMatchObject({ code: "write-conflict" });
  await lease.finish();
  await lease.release();
  expect(await read()).toMatchObject({
    version,
    live: "a",
    rebuild: { partitions: 5, runner: second.runner },
  });
  await second.release();
});

it("a lease is extended several times before its end while its process lives", async () => {
  const timers = jest.spyOn(globalThis, "setInterval");
  const lease = await take();
  const [[extend, everyMs = Number.NaN] = []] = timers.mock.calls;
  timers.mockRestore();
  const { version } = await read();
  nowMs += everyMs;
  extend?.();
  // Changes are written one after the other.
  await lease.save({});
  const { version: after, rebuild } = await read();
  expect([after - version, rebuild?.leaseUntilMs]).toEqual([2, nowMs + REBUILD_LEASE_MS]);
  expect(everyMs).toBeLessThan(REBUILD_LEASE_MS / 2);
  await lease.release();
});

it("a lease of which an end cannot be written ends by itself, and one that failed once is not lost", async () => {
  const { client, ...table } = parts().slots;
  const broken = tables.newClient();
  let isBroken = false;
  broken.middlewareStack.add(
    (next) => (args) => {
      if (isBroken) throw new Error("no network");
      return next(args);
    },
    { step: "initialize" },
  );
  const dependencies = { ...parts(), slots: { ...table, client: broken } };
  const lease = await RebuildLease.take(dependencies, () => REBUILD);
  isBroken = true;
  await expect(lease.save({ both: true })).rejects.toThrow("no network");
  isBroken = false;
  await lease.save({ rebuild: { partitions: 4 } });
  expect(await read()).toMatchObject({ both: false, rebuild: { partitions: 4 } });
  isBroken = true;
  await lease.release();
  expect((await read()).rebuild).toMatchObject({ runner: lease.runner });
  nowMs += REBUILD_LEASE_MS + CLOCK_MARGIN_MS;
  await (
    await RebuildLease.take({ ...parts(), slots: { ...table, client } }, () => REBUILD)
  ).release();
});

it("a lease of a rebuild that has ended has none to change", async () => {
  const lease = await take();
  await lease.finish();
  expect(() => lease.state).toThrow("The rebuild has been released.");
});

it("a lease begins only if the state that was read allows it", async () => {
  const begin = () => {
    throw new Error("not now");
  };
  await expect(RebuildLease.take(parts(), begin)).rejects.toThrow("not now");
  expect(await read()).toEqual({ store: parts().store, live: "a", both: false, version: 0 });
});

it("a lease says when its table cannot be read", async () => {
  const slots = { ...parts().slots, tableName: "of-another-stage" };
  await expect(readState(slots, "x")).rejects.toMatchObject({
    code: "sink-unavailable",
    message: expect.stringContaining("of-another-stage"),
  });
});
