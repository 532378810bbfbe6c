import { PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { destinationsTable } from "../forwarding-tables.ts";
import { destinationItem, destinationOf } from "./destination-item.ts";
import type { DestinationStore } from "./destination-store.ts";
import { readSettings } from "./read-settings.ts";
import { setState } from "./set-state.ts";
import {
  MAX_DESTINATIONS,
  putDestination,
  readAll,
  readDestination,
  removeDestination,
} from "./store.ts";

const newOne = (id: string, more: object = {}) =>
  destinationOf(readSettings({ id, url: "https://a.example", ...more }), { nowMs: 1000 });

describe("the table of destinations", () => {
  let tables: TestTables;
  let store: DestinationStore;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(destinationsTable);
    store = { client: tables.client, tableName: destinationsTable.name };
  });
  afterAll(() => tables.stop());

  it("the table of destinations returns what was written, in the order of ids", async () => {
    const more = {
      events: ["alert"],
      tags: ["a:b"],
      schedule: [],
      ratePerS: 3,
      format: "template",
      template: "{}",
    };
    const b = await putDestination(store, newOne("b", more));
    const a = await putDestination(store, newOne("a"));
    expect(b).toEqual({ ...newOne("b", more), version: 1 });
    expect(await readDestination(store, "b")).toEqual(b);
    expect((await readAll(store)).destinations).toEqual([a, b]);
    expect(await readDestination(store, "c")).toBeUndefined();
    await removeDestination(store, "a");
    await removeDestination(store, "a");
    expect((await readAll(store)).destinations).toEqual([b]);
  });

  it("the table of destinations refuses a change of an item that has changed since, and a second one with the same id", async () => {
    const first = await putDestination(store, newOne("changed"));
    const settings = readSettings({ id: "changed", url: "https://b.example" });
    const second = await putDestination(
      store,
      destinationOf(settings, { nowMs: 2000, replaces: first }),
    );
    expect(second).toMatchObject({
      url: "https://b.example",
      version: 2,
      createdAtMs: 1000,
      updatedAtMs: 2000,
    });
    const conflict = (message: string) =>
      expect.objectContaining({ code: "write-conflict", message });
    await expect(putDestination(store, first)).rejects.toEqual(
      conflict(
        "Destination changed has been changed or removed in the meantime. Read it again, then repeat the change.",
      ),
    );
    await expect(putDestination(store, newOne("changed"))).rejects.toEqual(
      conflict("There is a destination changed already. Choose another id, or change that one."),
    );
    await removeDestination(store, "changed");
    await expect(putDestination(store, second)).rejects.toMatchObject({ code: "write-conflict" });
    expect(await readDestination(store, "changed")).toBeUndefined();
  });

  it("the table of destinations changes a state once, keeps the first reason and time, and lets no older change overwrite it", async () => {
    const active = await putDestination(store, newOne("state"));
    const paused = { state: "paused", reason: "full", atMs: 5000 } as const;
    const all = await Promise.all(
      [1, 2, 3].map((index) => setState(store, "state", { ...paused, reason: `full ${index}` })),
    );
    const [first, ...others] = all.filter(({ changed }) => changed);
    expect(others).toEqual([]);
    expect(first?.destination).toMatchObject({
      state: "paused",
      pausedAtMs: 5000,
      updatedAtMs: 5000,
      version: 2,
    });
    expect(await readDestination(store, "state")).toEqual(first?.destination);
    await expect(putDestination(store, active)).rejects.toMatchObject({ code: "write-conflict" });

    const gone = await setState(store, "state", { state: "disabled", reason: "410", atMs: 6000 });
    expect(gone.destination).toMatchObject({
      state: "disabled",
      stateReason: "410",
      pausedAtMs: 5000,
    });
    const kept = await setState(store, "state", { ...paused, atMs: 7000 });
    expect(kept).toEqual({ destination: gone.destination, changed: false });

    const resumed = await setState(store, "state", {
      state: "active",
      atMs: 8000,
    });
    expect(resumed).toEqual({
      destination: { ...active, resumedAtMs: 8000, updatedAtMs: 8000, version: 4 },
      changed: true,
    });
    await expect(setState(store, "nowhere", paused)).rejects.toMatchObject({
      code: "not-found",
      message: "There is no destination nowhere.",
    });
    expect(await readDestination(store, "nowhere")).toBeUndefined();
  });

  it("the table of destinations disables a destination whose item is invalid, and returns the others", async () => {
    const Item = { ...destinationItem(newOne("broken")), concurrency: { S: "many" } };
    await tables.client.send(new PutItemCommand({ TableName: store.tableName, Item }));
    await tables.client.send(
      new UpdateItemCommand({ TableName: store.tableName, Key: { id: { S: "empty" } } }),
    );
    const found = (await readAll(store)).destinations;
    expect(found.find(({ id }) => id === "broken")).toMatchObject({
      state: "disabled",
      stateReason:
        'Its item is invalid: concurrency must be a whole number from 1 to 100, not "many".',
    });
    expect(found.find(({ id }) => id === "empty")).toMatchObject({ state: "disabled", version: 0 });
    expect(found.find(({ id }) => id === "state")).toMatchObject({ state: "active" });
  });

  it("the version before reads a destination that a newer version wrote with one more setting", async () => {
    const Item = { ...destinationItem(newOne("newer")), maxAgeS: { N: "60" } };
    await tables.client.send(new PutItemCommand({ TableName: store.tableName, Item }));
    const found = await readDestination(store, "newer");
    expect(found).toMatchObject({ state: "active" });
    expect(found).not.toHaveProperty("maxAgeS");
    await removeDestination(store, "newer");
  });

  it("the table has a maximum number of destinations", async () => {
    const requests = Array.from({ length: MAX_DESTINATIONS }, (_, index) => ({
      PutRequest: { Item: destinationItem(newOne(`many-${index}`)) },
    }));
    for (let start = 0; start < requests.length; start += 25)
      expect(await batchWrite(requests.slice(start, start + 25), store)).toEqual([]);
    await expect(putDestination(store, newOne("one-more"))).rejects.toMatchObject({
      code: "input-invalid",
      message: "There are 500 destinations, which is the maximum. Remove one first.",
    });
  });

  it("a table of destinations that does not exist is unavailable", async () => {
    const missing = { ...store, tableName: "missing" };
    for (const read of [() => readAll(missing), () => readDestination(missing, "a")])
      await expect(read()).rejects.toMatchObject({ code: "sink-unavailable" });
  });
});
