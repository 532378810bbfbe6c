import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { setState } from "../destinations/set-state.ts";
import { putDestination, readAll, removeDestination } from "../destinations/store.ts";
import { destinationsTable } from "../forwarding-tables.ts";
import { HEALTHY } from "./health.ts";
import { isNoNews, reportHealth } from "./report.ts";

const NOW_MS = 1_700_000_000_000;
const nothing = { delivered: 0, failed: 0, waiting: 0, slowUntilMs: undefined };

describe("the health of a destination", () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(destinationsTable);
    await putDestination(
      store(),
      destinationOf(readSettings({ id: "crm", url: "https://crm.example.com" }), { nowMs: NOW_MS }),
    );
  });
  afterAll(() => tables.stop());
  const store = () => ({ client: tables.client, tableName: destinationsTable.name });
  const report = (change: object, nowMs = NOW_MS) =>
    reportHealth(store(), "crm", { ...nothing, ...change }, nowMs);

  it("the health counts failures in a row and since when, until an attempt succeeds", async () => {
    await report({ failed: 2 });
    expect(await report({ failed: 3 }, NOW_MS + 5000)).toMatchObject({
      failuresInRow: 5,
      failingSinceMs: NOW_MS,
    });
    expect(await report({ delivered: 1, failed: 4 })).toMatchObject({
      failuresInRow: 0,
      failingSinceMs: undefined,
    });
  });

  it("the health counts waiting messages, never below zero", async () => {
    expect((await report({ waiting: 7 })).waiting).toBe(7);
    expect((await report({ waiting: -9 })).waiting).toBe(0);
    expect((await report({ waiting: 2 })).waiting).toBe(0);
  });

  it("the health includes whether the destination is slow", async () => {
    expect((await report({ slowUntilMs: NOW_MS + 60_000 })).slowUntilMs).toBe(NOW_MS + 60_000);
    expect((await report({ slowUntilMs: 0 })).slowUntilMs).toBe(0);
  });

  it("the health is not listed as a destination, is deleted when the destination is resumed, and with the destination", async () => {
    await report({ failed: 2, waiting: 5 });
    const before = await readAll(store());
    expect(before.destinations.map(({ id }) => id)).toEqual(["crm"]);
    expect(before.health.get("crm")).toMatchObject({ failuresInRow: 2 });
    await setState(store(), "crm", { state: "paused", atMs: NOW_MS });
    expect((await readAll(store())).health.get("crm")).toMatchObject({ failuresInRow: 2 });
    await setState(store(), "crm", { state: "active", atMs: NOW_MS });
    expect((await readAll(store())).health.get("crm")).toEqual(HEALTHY);
    await removeDestination(store(), "crm");
    expect(await readAll(store())).toEqual({ destinations: [], health: new Map(), pauses: [] });
  });

  it("the health is not written if nothing has changed", () => {
    const failing = { ...HEALTHY, failuresInRow: 3, failingSinceMs: NOW_MS };
    expect(isNoNews(nothing, HEALTHY)).toBe(true);
    expect(isNoNews({ ...nothing, delivered: 5 }, HEALTHY)).toBe(true);
    expect(isNoNews({ ...nothing, delivered: 5 }, failing)).toBe(false);
    expect(isNoNews({ ...nothing, delivered: 5, failed: 1 }, HEALTHY)).toBe(true);
    expect(isNoNews({ ...nothing, failed: 1 }, HEALTHY)).toBe(false);
    expect(isNoNews({ ...nothing, waiting: -1 }, HEALTHY)).toBe(false);
    expect(isNoNews({ ...nothing, slowUntilMs: 0 }, HEALTHY)).toBe(false);
  });
});
