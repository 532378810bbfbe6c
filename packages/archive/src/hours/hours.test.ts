import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { hourOf, startOf } from "../hour.ts";
import { archiveHoursTable } from "./hours-table.ts";
import { type HourDelays, hoursToRead } from "./hours-to-read.ts";
import { noteDelays } from "./note-delays.ts";
import { readDelays } from "./read-delays.ts";

const NOON = Date.UTC(2026, 10, 24, 12);
const RANGE = { fromMs: NOON, toMs: NOON + HOUR_MS };

/** Delays of 90 days in which nothing was late, but in these hours. */
function inTime(late: readonly (readonly [string, number])[] = []): HourDelays {
  const hours = Array.from({ length: 90 * 24 }, (_, index) =>
    hourOf(NOON - 30 * DAY_MS + index * HOUR_MS),
  );
  return new Map([...hours.map((hour) => [hour, 0] as const), ...late]);
}

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

  it("late hours are written with their greatest delay, rounded up, whichever function sees it", async () => {
    const table = await newTable();
    const one = noteDelays(table);
    const other = noteDelays(table);
    await one([NOON - 15 * MINUTE_MS, NOON], NOON);
    expect(await readDelays(table, RANGE)).toEqual(new Map([["2026/11/24/12", 0]]));
    await one([NOON - 20 * HOUR_MS], NOON + 1);
    await other([NOON - 20 * MINUTE_MS], NOON + 2);
    await other([NOON], NOON + 3);
    await other([NOON + 5 * HOUR_MS - 16 * MINUTE_MS, NOON + 5 * HOUR_MS], NOON + 5 * HOUR_MS);
    const all = new Map([
      ["2026/11/24/12", 2048 * MINUTE_MS],
      ["2026/11/24/17", 16 * MINUTE_MS],
    ]);
    expect(await readDelays(table, RANGE)).toEqual(all);
    const later = { fromMs: NOON + 3 * HOUR_MS, toMs: NOON + 4 * HOUR_MS };
    expect([...(await readDelays(table, later)).keys()]).toEqual(["2026/11/24/17"]);
    const longAgo = { fromMs: NOON - 60 * DAY_MS, toMs: NOON - 50 * DAY_MS };
    expect(await readDelays(table, longAgo)).toEqual(new Map());
  });

  it("late hours are written once per function and hour, and again only for a greater delay", async () => {
    const table = await newTable();
    let writes = 0;
    const client = Object.assign(Object.create(tables.client), {
      send: (command: never) => {
        writes += 1;
        return tables.client.send(command);
      },
    });
    const note = noteDelays({ ...table, client });
    for (let index = 0; index < 100; index += 1) await note([NOON], NOON + index);
    expect(writes).toBe(1);
    for (let index = 0; index < 100; index += 1) await note([NOON - 20 * HOUR_MS], NOON + index);
    expect(writes).toBe(2);
  });

  it("late hours cannot be written without the table, so nothing is archived that readers would miss", async () => {
    const note = noteDelays({ client: tables.client, tableName: "no-such-table" });
    await expect(note([NOON], NOON)).rejects.toMatchObject({ permanent: false });
    const none = { client: tables.client, tableName: "no-such-table" };
    await expect(readDelays(none, RANGE)).rejects.toMatchObject({
      code: "sink-unavailable",
      permanent: false,
    });
  });
});

describe("the folders of a range of times", () => {
  it("the folders begin one buffer before the range, and end when everything in time has arrived", () => {
    expect(hoursToRead(RANGE, inTime(), NOON + 5 * DAY_MS)).toEqual({
      first: "2026/11/24/11",
      last: "2026/11/24/13",
      late: [],
    });
    const short = { fromMs: NOON + 16 * MINUTE_MS, toMs: NOON + 17 * MINUTE_MS };
    expect(hoursToRead(short, inTime(), NOON + DAY_MS)).toMatchObject({
      first: "2026/11/24/12",
      last: "2026/11/24/12",
    });
    expect(hoursToRead(RANGE, inTime(), NOON + 10 * MINUTE_MS)).toMatchObject({
      last: "2026/11/24/12",
    });
  });

  it("the folders include later hours with a delay that reaches back into the range, and those beside them", () => {
    const delays = inTime([
      ["2026/11/24/09", DAY_MS],
      ["2026/11/25/12", 2 * DAY_MS],
      ["2026/11/26/12", DAY_MS],
    ]);
    expect(hoursToRead(RANGE, delays, NOON + 5 * DAY_MS).late).toEqual([
      "2026/11/25/11",
      "2026/11/25/12",
      "2026/11/25/13",
    ]);
  });

  it("the folders include every hour that no function has noted, up to the greatest possible delay", () => {
    expect(hoursToRead(RANGE, new Map(), NOON + 90 * DAY_MS).late).toHaveLength(37 * 24);
  });

  it("the folders include the hours beside one that is not noted, because a function may have missed a part of them", () => {
    const delays = new Map(inTime());
    for (const hour of ["2026/11/25/01", "2026/11/25/02"]) delays.delete(hour);
    expect(hoursToRead(RANGE, delays, NOON + 5 * DAY_MS).late).toEqual([
      "2026/11/24/23",
      "2026/11/25/00",
      "2026/11/25/01",
      "2026/11/25/02",
      "2026/11/25/03",
      "2026/11/25/04",
    ]);
  });

  it("the folders include the hour that is not past", () => {
    const delays = new Map([...inTime()].filter(([hour]) => hour <= "2026/11/24/20"));
    expect(hoursToRead(RANGE, delays, NOON + 8 * HOUR_MS + MINUTE_MS).late).toEqual([
      "2026/11/24/19",
      "2026/11/24/20",
    ]);
  });

  it("the folders of a range of times contain every delivery of the range, however late it came", () => {
    const arrival = fc.record({
      publishedMs: fc.integer({ min: NOON - DAY_MS, max: NOON + DAY_MS }),
      delayMs: fc.oneof(
        fc.integer({ min: 0, max: HOUR_MS }),
        fc.integer({ min: 0, max: 20 * DAY_MS }),
      ),
      bufferMs: fc.integer({ min: 0, max: 15 * MINUTE_MS }),
    });
    const arrivals = fc.array(arrival, { maxLength: 20 });
    const length = fc.integer({ min: 1, max: DAY_MS });
    const changes = fc.option(fc.integer({ min: NOON, max: NOON + 20 * DAY_MS }), {
      nil: Number.POSITIVE_INFINITY,
    });
    fc.assert(
      fc.property(arrivals, length, changes, (all, lengthMs, changedAtMs) => {
        const wanted = { fromMs: NOON, toMs: NOON + lengthMs };
        const hours = hoursToRead(wanted, notedOf(all, changedAtMs), NOON + 30 * DAY_MS);
        const folders = all
          .filter(({ publishedMs }) => publishedMs >= wanted.fromMs && publishedMs < wanted.toMs)
          .map(({ publishedMs, delayMs, bufferMs }) => hourOf(publishedMs + delayMs - bufferMs));
        const isRead = (folder: string) =>
          (folder >= hours.first && folder <= hours.last) || hours.late.includes(folder);
        expect(folders.filter((folder) => !isRead(folder))).toEqual([]);
      }),
    );
  });

  /**
   * What a function has noted that archives every hour until some moment; from then on SNS writes
   * to Firehose itself.
   */
  function notedOf(
    all: readonly { readonly publishedMs: number; readonly delayMs: number }[],
    changedAtMs: number,
  ): HourDelays {
    const noted = new Map([...inTime()].filter(([hour]) => startOf(hour) <= changedAtMs));
    for (const { publishedMs, delayMs } of all) {
      if (publishedMs + delayMs > changedAtMs || delayMs <= 15 * MINUTE_MS) continue;
      const hour = hourOf(publishedMs + delayMs);
      noted.set(hour, Math.max(delayMs, noted.get(hour) ?? 0));
    }
    return noted;
  }

  it("the hour of a folder is parsed from its name", () => {
    expect(startOf(hourOf(NOON + 59 * MINUTE_MS))).toBe(NOON);
  });
});
