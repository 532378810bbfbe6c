import { expect, test } from "@jest/globals";
import { MAX_TIME_MS, SECONDS_END } from "@rainhooks/core/decode/time";
import fc from "fast-check";
import { time, writtenTime } from "./kinds.ts";
import { ParamMistake } from "./param.ts";

const { read } = time({ description: "A time." });
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const twoDigits = (value: number) => String(value).padStart(2, "0");
const anyTime = fc.integer({ min: 0, max: MAX_TIME_MS });
/** Leaves room for a zone on both sides. */
const anyLocalTime = fc.integer({ min: DAY_MS, max: MAX_TIME_MS - DAY_MS });
const anyOffset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });

test("a time in milliseconds is read as it is, from the first to the last one", () => {
  fc.assert(fc.property(anyTime, (atMs) => expect(read(String(atMs))).toBe(atMs)));
  expect([read("0"), read(String(MAX_TIME_MS))]).toEqual([0, MAX_TIME_MS]);
  expect(() => read(String(MAX_TIME_MS + 1))).toThrow(ParamMistake);
});

test("a time is read back from each way to write it, in any zone", () => {
  fc.assert(
    fc.property(
      anyLocalTime,
      anyOffset,
      fc.constantFrom("T", " "),
      fc.constantFrom(16, 19, 23),
      fc.boolean(),
      (atMs, offset, separator, length, spaced) => {
        const local = new Date(atMs + offset * MINUTE_MS)
          .toISOString()
          .slice(0, length)
          .replace("T", separator);
        const minutes = Math.abs(offset);
        const sign = offset < 0 ? "-" : "+";
        const zone = `${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
        const unitMs = length === 16 ? MINUTE_MS : length === 19 ? 1000 : 1;
        const expectedMs =
          Math.floor((atMs + offset * MINUTE_MS) / unitMs) * unitMs - offset * MINUTE_MS;
        expect(read(`${local}${spaced ? " " : ""}${zone}`)).toBe(expectedMs);
        // A URL turns a plus into a space.
        if (offset >= 0) expect(read(`${local}${zone.replace("+", " ")}`)).toBe(expectedMs);
        if (offset === 0)
          expect([read(local), read(`${local}Z`)]).toEqual([expectedMs, expectedMs]);
      },
    ),
  );
});

test("a date alone is its midnight in UTC", () => {
  fc.assert(
    fc.property(anyTime, (atMs) => {
      expect(read(new Date(atMs).toISOString().slice(0, 10))).toBe(
        Math.floor(atMs / DAY_MS) * DAY_MS,
      );
    }),
  );
});

test("a text with something before or after a time is no time", () => {
  const around = fc.tuple(
    fc.constantFrom("", "x", "1", " ", "\n", "Z"),
    fc.constantFrom("", "x", "Z", " ", "\n"),
  );
  const written = fc.constantFrom(
    "2026-11-24T08:00Z",
    "2026-11-24T08:00+01:00",
    "2026-11-24",
    "1795507200000x",
  );
  fc.assert(
    fc.property(around, written, ([before, after], text) => {
      fc.pre(`${before}${after}` !== "" || text.endsWith("x"));
      expect(() => read(`${before}${text}${after}`)).toThrow(ParamMistake);
    }),
  );
  expect(() => read("2026-11-24T08:00 05:30x")).toThrow(ParamMistake);
  expect(() => read("at 2026-11-24 08:00")).toThrow(
    "must be a time from 1970 to 9999: epoch milliseconds or a date such as 2026-11-24T08:00Z",
  );
});

test("a number that people write is a time in milliseconds, and refused if it is one in seconds", () => {
  const nowMs = 1_800_000_000_000;
  expect(writtenTime("0", nowMs)).toBe(0);
  expect(writtenTime(String(SECONDS_END), nowMs)).toBe(SECONDS_END);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: SECONDS_END - 1 }), (seconds) => {
      expect(() => writtenTime(String(seconds), nowMs)).toThrow(
        `must be a date such as 2026-01-01, 2h for two hours ago, or epoch milliseconds: ${seconds} is not a time in milliseconds`,
      );
    }),
  );
  expect(writtenTime("1w", 1000)).toBe(0);
});
