import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { readRetryAfter } from "./retry-after.ts";

const NOW_MS = Date.UTC(2026, 10, 25, 12);

test.each([
  ["120", 120],
  [" 7 ", 7],
  ["0", 0],
  ["999999999999", 999_999_999_999],
  ["9".repeat(400), Number.POSITIVE_INFINITY],
  ["Wed, 25 Nov 2026 12:02:00 GMT", 120],
  ["Wed, 25 Nov 2026 11:00:00 GMT", 0],
  ["Wednesday, 25-Nov-26 12:02:00 GMT", 120],
  ["Wed Nov 25 12:02:00 2026", 120],
  ["Fri, 31 Dec 9999 23:59:59 GMT", (Date.UTC(9999, 11, 31, 23, 59, 59) - NOW_MS) / 1000],
])("%p is %d seconds", (header, seconds) => {
  expect(readRetryAfter(header, NOW_MS)).toBe(seconds);
});

test.each([
  undefined,
  "",
  "-5",
  "1.5",
  "1e3",
  "0x10",
  "soon",
  "Wed, 99 Foo 2026",
  "Mondays",
  "5, 6",
])("%p says nothing", (header) => {
  expect(readRetryAfter(header, NOW_MS)).toBeUndefined();
});

describe("for any header", () => {
  it("the result is absent or not negative", () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(readRetryAfter(header, NOW_MS) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("a date is read to the second", () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
    fc.assert(
      fc.property(seconds, (waitS) => {
        expect(readRetryAfter(new Date(NOW_MS + waitS * 1000).toUTCString(), NOW_MS)).toBe(waitS);
      }),
    );
  });
});
