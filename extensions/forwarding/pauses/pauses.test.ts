import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import type { DestinationState } from "../destinations/destination.ts";
import { destinationOf } from "../destinations/destination-item.ts";
import type { DestinationStore } from "../destinations/destination-store.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { setState } from "../destinations/set-state.ts";
import {
  putDestination,
  readAll,
  readDestination,
  readPause,
  readPauses,
  removeDestination,
} from "../destinations/store.ts";
import { destinationsTable } from "../forwarding-tables.ts";
import { closePause, noteJob } from "./change.ts";
import type { Pause, PauseKey } from "./pause.ts";
import { missedEvents, widenPause } from "./widen.ts";

const AT_MS = Date.UTC(2026, 10, 26, 8, 15);

let tables: TestTables;
const store = () => ({ client: tables.client, tableName: destinationsTable.name });
beforeAll(async () => {
  tables = await startTables();
  await tables.create(destinationsTable);
});
afterAll(() => tables.stop());

/** Adds a destination, and pauses it. */
async function paused(id: string, from: DestinationStore = store()): Promise<PauseKey> {
  const settings = readSettings({ id, url: "https://a.example" });
  await putDestination(store(), destinationOf(settings, { nowMs: AT_MS }));
  const { destination } = await setState(from, id, { state: "paused", atMs: AT_MS });
  return { destination: id, pauseId: destination.pauseId ?? "" };
}

type Send = DestinationStore["client"]["send"];

/** Makes a store whose client does something else with commands. */
function clientWith(
  around: (command: Parameters<Send>[0], send: () => ReturnType<Send>) => ReturnType<Send>,
): DestinationStore {
  const send = (command: Parameters<Send>[0]) => around(command, () => tables.client.send(command));
  const client = new Proxy(tables.client, {
    get: (target, name) => (name === "send" ? send : Reflect.get(target, name)),
  });
  return { ...store(), client };
}

/** Returns a pause as functions know it. */
async function read(key: PauseKey): Promise<Pause> {
  const pause = (await readAll(store())).pauses.find(({ pauseId }) => pauseId === key.pauseId);
  if (pause === undefined) throw new Error("There is no pause.");
  return pause;
}

describe("a pause", () => {
  it("a pause has an id until the destination is active, also if the destination is disabled meanwhile", async () => {
    const key = await paused("with-id");
    expect(key.pauseId).toMatch(/^20261126-081500-[0-9a-f]{4}$/);
    const again = await setState(store(), "with-id", { state: "disabled", atMs: AT_MS + 1 });
    expect(again.destination.pauseId).toBe(key.pauseId);
    await setState(store(), "with-id", { state: "active", atMs: AT_MS + 5 });
    expect((await readDestination(store(), "with-id"))?.pauseId).toBeUndefined();
    expect(await read(key)).toEqual({ ...key, activeSinceMs: AT_MS + 5 });
    const second = await setState(store(), "with-id", { state: "paused", atMs: AT_MS + MINUTE_MS });
    const all = await readAll(store());
    const own = all.pauses.filter(({ destination }) => destination === "with-id");
    expect(own.map(({ pauseId }) => pauseId)).toEqual([key.pauseId, second.destination.pauseId]);
    expect(all.destinations.map(({ id }) => id)).toContain("with-id");
    await removeDestination(store(), "with-id");
    expect(await readPauses(store(), "with-id")).toEqual([]);
  });

  it("a pause begins and ends also if the client repeats a write because its response was lost", async () => {
    const repeating = clientWith(async (command, send) => {
      if (command instanceof UpdateItemCommand) await send();
      return send();
    });
    const key = await paused("repeated", repeating);
    const change = (state: DestinationState, atMs: number) =>
      setState(repeating, "repeated", { state, atMs });
    const disabled = await change("disabled", AT_MS + 1);
    expect(disabled).toMatchObject({ changed: true, destination: { pauseId: key.pauseId } });
    expect((await change("active", AT_MS + 2)).changed).toBe(true);
    expect(await read(key)).toMatchObject({ activeSinceMs: AT_MS + 2 });
  });

  it("a pause is closed only if nothing was missed beyond what the caller has read", async () => {
    const key = await paused("to-close");
    await widenPause(store(), key, { fromMs: 0, toMs: MINUTE_MS });
    const known = await read(key);
    await widenPause(store(), key, { fromMs: MINUTE_MS, toMs: 2 * MINUTE_MS });
    expect(await closePause(store(), known)).toBe(false);
    const now = await read(key);
    expect(now.missed).toEqual({ fromMs: 0, toMs: 2 * MINUTE_MS });
    expect(await closePause(store(), now)).toBe(true);
    expect(await readPause(store(), key)).toBeUndefined();
  });

  it("a pause in which nothing was missed is closed, unless something was missed since", async () => {
    const key = await paused("nothing");
    const known = await read(key);
    expect(known.missed).toBeUndefined();
    await widenPause(store(), key, { fromMs: 0, toMs: MINUTE_MS });
    expect(await closePause(store(), known)).toBe(false);
  });

  it("a pause opens again when a late function stores what was missed", async () => {
    const key = await paused("late");
    expect(await closePause(store(), await read(key))).toBe(true);
    await missedEvents(store())(key, [AT_MS]);
    expect((await read(key)).missed).toEqual({ fromMs: AT_MS, toMs: AT_MS + MINUTE_MS });
  });

  it("a pause has one replay at a time, and none after it was closed", async () => {
    const key = await paused("one-job");
    expect(await noteJob(store(), key, "a")).toBe(false);
    await widenPause(store(), key, { fromMs: 0, toMs: MINUTE_MS });
    const claim = (job: string) => noteJob(store(), key, job);
    expect((await Promise.all(["a", "b", "c"].map(claim))).filter(Boolean)).toHaveLength(1);
    const current = await read(key);
    expect(await noteJob(store(), { ...key, job: "nobody" }, "d")).toBe(false);
    expect(await noteJob(store(), current, "d")).toBe(true);
    expect(await closePause(store(), await read(key))).toBe(true);
    expect(await noteJob(store(), { ...key, job: "d" }, "e")).toBe(false);
  });
});

describe("what a pause missed", () => {
  test("the missed range is the smallest range of minutes with all events, from many functions and in any order", async () => {
    const times = fc.array(fc.nat({ max: 7 * 24 * 60 * MINUTE_MS }), {
      minLength: 1,
      maxLength: 6,
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(times, { minLength: 1, maxLength: 8 }), async (batches) => {
        round += 1;
        const key = { destination: "any", pauseId: `p${round}` };
        const functions = [missedEvents(store()), missedEvents(store()), missedEvents(store())];
        await Promise.all(batches.map((batch, index) => functions[index % 3]?.(key, batch)));
        const all = batches.flat();
        expect((await read(key)).missed).toEqual({
          fromMs: Math.floor(Math.min(...all) / MINUTE_MS) * MINUTE_MS,
          toMs: (Math.floor(Math.max(...all) / MINUTE_MS) + 1) * MINUTE_MS,
        });
      }),
      { numRuns: 30 },
    );
  });

  it("the missed range is written once a minute, however many events there are", async () => {
    let writes = 0;
    const counting = clientWith((_, send) => {
      writes += 1;
      return send();
    });
    const missed = missedEvents(counting);
    const key = { destination: "any", pauseId: "counted" };
    for (let atMs = 0; atMs < 10 * MINUTE_MS; atMs += 500) await missed(key, [atMs]);
    expect(writes).toBe(1 + 10);
  });
});
