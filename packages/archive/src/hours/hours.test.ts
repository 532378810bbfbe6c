import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import fc from "fast-check";
import { hourOf, startOf } from "../hour.ts";
import { hoursToRead } from "./hours-to-read.ts";
import { noteLateHours } from "./note-late.ts";
import { readLateHours } from "./read-late.ts";
import { archiveHoursTable } from "./table.ts";

const NOON = Date.UTC(2026, 10, 24, 12);

describe("late hours", () => {
  let tables: TestTables;
  let number = 0;
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());

  async function newTable() {
    number += 1;
    const tableName = `hours-${number}`;
    await tables.create({ ...archiveHoursTable, name: tableName });
    return { client: tables.client, tableName };
  }

  it("are noted with their greatest delay, rounded up, whichever function sees it", async () => {
    const table = await newTable();
    expect(await readLateHours(table)).toEqual({ sinceMs: undefined, late: new Map() });
    const [one, other] = [noteLateHours(table), noteLateHours(table)];
    await one([NOON - 15 * MINUTE_MS, NOON], NOON);
    expect(await readLateHours(table)).toEqual({ sinceMs: NOON, late: new Map() });
    await one([NOON - 20 * HOUR_MS], NOON + 1);
    await other([NOON - 20 * MINUTE_MS], NOON + 2);
    await other([NOON + 5 * HOUR_MS - 16 * MINUTE_MS, NOON + 5 * HOUR_MS], NOON + 5 * HOUR_MS);
    expect(await readLateHours(table)).toEqual({
      sinceMs: NOON,
      late: new Map([
        ["2026/11/24/12", 2048 * MINUTE_MS],
        ["2026/11/24/17", 16 * MINUTE_MS],
      ]),
    });
  });

  it("are written once per function for equal delays", async () => {
    const table = await newTable();
    let writes = 0;
    const client = Object.assign(Object.create(tables.client), {
      send: (command: never) => {
        writes += 1;
        return tables.client.send(command);
      },
    });
    const note = noteLateHours({ ...table, client });
    for (let index = 0; index < 100; index += 1) await note([NOON - 20 * HOUR_MS], NOON + index);
    expect(writes).toBe(2);
  });

  it("cannot be noted without the table, so that nothing is archived that readers would miss", async () => {
    const note = noteLateHours({ client: tables.client, tableName: "no-such-table" });
    await expect(note([NOON], NOON)).rejects.toMatchObject({ permanent: false });
  });
});

describe("the folders of a range of times", () => {
  const known = { sinceMs: 0, late: new Map<string, number>() };
  const range = { fromMs: NOON, toMs: NOON + HOUR_MS };

  it("begin one buffer before it, and end when everything in time has arrived", () => {
    expect(hoursToRead(range, known, NOON + 5 * DAY_MS)).toEqual({
      first: "2026/11/24/11",
      last: "2026/11/24/13",
      late: [],
    });
    const short = { fromMs: NOON + 16 * MINUTE_MS, toMs: NOON + 17 * MINUTE_MS };
    expect(hoursToRead(short, known, NOON + DAY_MS)).toMatchObject({
      first: "2026/11/24/12",
      last: "2026/11/24/12",
    });
    expect(hoursToRead(range, known, NOON + 10 * MINUTE_MS)).toMatchObject({ last: "2026/11/24/12" });
  });

  it("include later hours with a delay that reaches back into it, and those beside them", () => {
    const late = new Map([
      ["2026/11/24/09", DAY_MS],
      ["2026/11/25/12", 2 * DAY_MS],
      ["2026/11/26/12", DAY_MS],
    ]);
    expect(hoursToRead(range, { sinceMs: 0, late }, NOON + 5 * DAY_MS).late).toEqual([
      "2026/11/25/11",
      "2026/11/25/12",
      "2026/11/25/13",
    ]);
  });

  it("include every hour until delays were noted, up to the greatest possible delay", () => {
    const sinceMs = NOON + 3 * HOUR_MS;
    expect(hoursToRead(range, { ...known, sinceMs }, NOON + 5 * DAY_MS).late).toEqual([
      "2026/11/24/14",
      "2026/11/24/15",
      "2026/11/24/16",
    ]);
    const never = { sinceMs: undefined, late: new Map<string, number>() };
    expect(hoursToRead(range, never, NOON + 90 * DAY_MS).late).toHaveLength(37 * 24);
  });

  it("contain every delivery of the range, however late it came", () => {
    const arrival = fc.record({
      publishedMs: fc.integer({ min: NOON - DAY_MS, max: NOON + DAY_MS }),
      delayMs: fc.oneof(fc.integer({ min: 0, max: HOUR_MS }), fc.integer({ min: 0, max: 20 * DAY_MS })),
      bufferMs: fc.integer({ min: 0, max: 15 * MINUTE_MS }),
    });
    const arrivals = fc.array(arrival, { maxLength: 20 });
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: DAY_MS }), (all, lengthMs) => {
        const wanted = { fromMs: NOON, toMs: NOON + lengthMs };
        const hours = hoursToRead(wanted, { sinceMs: 0, late: notedOf(all) }, NOON + 30 * DAY_MS);
        const folders = all
          .filter(({ publishedMs }) => publishedMs >= wanted.fromMs && publishedMs < wanted.toMs)
          .map(({ publishedMs, delayMs, bufferMs }) => hourOf(publishedMs + delayMs - bufferMs));
        const isRead = (folder: string) =>
          (folder >= hours.first && folder <= hours.last) || hours.late.includes(folder);
        expect(folders.filter((folder) => !isRead(folder))).toEqual([]);
      }),
    );
  });

  function notedOf(all: readonly { readonly publishedMs: number; readonly delayMs: number }[]) {
    const noted = new Map<string, number>();
    for (const { publishedMs, delayMs } of all.filter((one) => one.delayMs > 15 * MINUTE_MS)) {
      const hour = hourOf(publishedMs + delayMs);
      noted.set(hour, Math.max(delayMs, noted.get(hour) ?? 0));
    }
    return noted;
  }

  it("are read back from their names", () => {
    expect(startOf(hourOf(NOON + 59 * MINUTE_MS))).toBe(NOON);
  });
});
