import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import {
  isPlausibleTime,
  isTimeMs,
  MAX_CLOCK_AHEAD_MS,
  MAX_TIME_MS,
  parseTimeMs,
  SECONDS_END,
} from "./time.ts";

test.each([9e15, -1, Number.NaN, "", 1e300, 0.5, MAX_TIME_MS + 1, "0", null, undefined])(
  "%p is no time",
  (value) => {
    expect(isTimeMs(value)).toBe(false);
  },
);

test.each([0, 1_732_435_200_000, MAX_TIME_MS])("%p is a time", (value) => {
  expect(isTimeMs(value)).toBe(true);
});

const AT_MS = Date.UTC(2021, 0, 29, 4, 32, 27);

describe("parseTimeMs", () => {
  test.each([
    ["MM-DD-YYYY HH:MM:SS in UTC", "01-29-2021 04:32:27", AT_MS],
    ["epoch milliseconds", AT_MS, AT_MS],
    ["epoch seconds", AT_MS / 1000, AT_MS],
    ["fractional epoch seconds", AT_MS / 1000 + 0.25, AT_MS + 250],
    ["milliseconds in a string", String(AT_MS), AT_MS],
    ["seconds in a string", String(AT_MS / 1000), AT_MS],
    ["ISO 8601", "2021-01-29T04:32:27Z", AT_MS],
    ["ISO 8601 with milliseconds", "2021-01-29T04:32:27.702Z", AT_MS + 702],
    ["ISO 8601 without a zone, which is UTC", "2021-01-29T04:32:27", AT_MS],
    ["ISO 8601 with an offset", "2021-01-29T10:02:27+05:30", AT_MS],
    ["ISO 8601 without seconds", "2021-01-29T04:32Z", AT_MS - 27_000],
    ["ISO 8601 with an offset without a colon", "2021-01-29T10:02:27+0530", AT_MS],
    ["fractional seconds in a string", `${AT_MS / 1000}.25`, AT_MS + 250],
    ["a number with blanks around", ` ${AT_MS} `, AT_MS],
    ["MM-DD-YYYYTHH:MM:SS", "01-29-2021T04:32:27", AT_MS],
    ["the last number of seconds", SECONDS_END - 1, (SECONDS_END - 1) * 1000],
    ["the first number of milliseconds", SECONDS_END, SECONDS_END],
    ["the start of time", 0, 0],
  ])("parseTimeMs reads %s", (_, value, expected) => {
    expect(parseTimeMs(value)).toBe(expected);
  });

  test.each([
    ["a day that is on no calendar", "02-30-2021 04:32:27"],
    ["the 29th of February of a common year", "2021-02-29T00:00:00Z"],
    ["a day that is on no calendar, with an offset", "2021-02-30T04:32:27+05:30"],
    ["a month that does not exist", "13-01-2021 04:32:27"],
    ["an hour that does not exist", "01-29-2021 25:00:00"],
    ["a date with something before it", "x01-29-2021 04:32:27"],
    ["a date with something after it", "01-29-2021 04:32:27x"],
    ["an ISO date with something before it", "x2021-01-29T04:32:27Z"],
    ["an ISO date with something after it", "2021-01-29T04:32:27Z (UTC)"],
    ["a placeholder", "<timestamp>"],
    ["nothing", ""],
    ["a negative number", -1],
    ["no number", Number.NaN],
    ["more milliseconds than a date can hold", 9e15],
    ["the year 10000", 253_402_300_800_000],
    ["infinity", Number.POSITIVE_INFINITY],
    ["null", null],
    ["an object", {}],
    ["a date without a time", "2021-01-29"],
  ])("parseTimeMs refuses %s", (_, value) => {
    expect(parseTimeMs(value)).toBeUndefined();
  });

  it("parseTimeMs reads every second of every format back to the same time", () => {
    const second = fc.integer({ min: 978_307_200, max: 4_102_444_799 });
    fc.assert(
      fc.property(second, (atS) => {
        const iso = new Date(atS * 1000).toISOString();
        const [year, month, day] = iso.slice(0, 10).split("-");
        const us = `${month}-${day}-${year} ${iso.slice(11, 19)}`;
        for (const form of [atS, atS * 1000, String(atS), String(atS * 1000), iso, us]) {
          expect(parseTimeMs(form)).toBe(atS * 1000);
        }
      }),
    );
  });
});

describe("a time as MM-DD-YYYY HH:MM:SS", () => {
  /** The same with a regular expression and the dates of JavaScript. */
  function reference(text: string): number | undefined {
    const match = /^(\d{2})-(\d{2})-(\d{4})[ T](\d{2}:\d{2}:\d{2})$/.exec(text);
    if (match === null) return undefined;
    const [, month, day, year, time] = match;
    const date = `${year}-${month}-${day}`;
    const ms = Date.parse(`${date}T${time}Z`);
    const isOnCalendar = !Number.isNaN(ms) && new Date(date).toISOString().startsWith(date);
    return isOnCalendar && ms >= 0 ? ms : undefined;
  }

  const number = (max: number, length: number) =>
    fc.integer({ min: 0, max }).map((value) => String(value).padStart(length, "0"));
  const usDateTime = fc
    .tuple(number(14, 2), number(33, 2), fc.oneof(number(9999, 4), number(2100, 4)), number(25, 2))
    .chain(([month, day, year, hour]) =>
      fc
        .tuple(number(61, 2), number(61, 2), fc.constantFrom(" ", "T"))
        .map(
          ([minute, second, between]) =>
            `${month}-${day}-${year}${between}${hour}:${minute}:${second}`,
        ),
    );

  it("the time is parsed as by a regular expression and Date.parse, whether the date exists or not", () => {
    fc.assert(
      fc.property(usDateTime, (text) => parseTimeMs(text) === reference(text)),
      { numRuns: 5000 },
    );
  });

  it("the time is refused with any wrong character", () => {
    const text = "01-29-2021 04:32:27";
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, other) => {
          const changed = `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
          return parseTimeMs(changed) === reference(changed);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["01-29-2021 24:00:00", Date.UTC(2021, 0, 30)],
    ["01-29-2021 24:00:01", undefined],
    ["01-29-0080 04:32:27", undefined],
    ["12-31-1969 23:59:59", undefined],
  ])("the date %s is %s", (text, expected) => {
    expect(parseTimeMs(text)).toBe(expected);
  });
});

describe("isPlausibleTime", () => {
  const FIRST_MS = Date.UTC(2015, 0, 1);

  it("isPlausibleTime lets a clock be ahead of that of SNS by a few seconds", () => {
    expect(MAX_CLOCK_AHEAD_MS).toBe(5000);
    expect(isPlausibleTime(AT_MS, AT_MS)).toBe(true);
    expect(isPlausibleTime(AT_MS + 5000, AT_MS)).toBe(true);
    expect(isPlausibleTime(AT_MS + 5001, AT_MS)).toBe(false);
  });

  it("isPlausibleTime accepts a late event, but none older than RainMaker", () => {
    expect(isPlausibleTime(FIRST_MS, AT_MS)).toBe(true);
    expect(isPlausibleTime(FIRST_MS - 1, AT_MS)).toBe(false);
  });
});
