import { expect, test } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core";
import fc from "fast-check";
import { hourOf, startOf } from "./hour.ts";
import { hoursThatMayBeLate, hoursToRead } from "./hours/hours-to-read.ts";

const anyTime = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
/** The longest that a delivery can be on its way: SNS tries for 23 days, and a queue keeps it for 14. */
const MAX_DELAY_MS = 37 * DAY_MS;

test("the folder of an hour has its date and hour in UTC, and is read back", () => {
  fc.assert(
    fc.property(anyTime, (atMs) => {
      const [date = "", time = ""] = new Date(atMs).toISOString().split("T");
      expect(hourOf(atMs)).toBe([...date.split("-"), time.split(":")[0]].join("/"));
      expect(startOf(hourOf(atMs))).toBe(Math.floor(atMs / HOUR_MS) * HOUR_MS);
    }),
  );
});

const NOON = Date.UTC(2026, 10, 24, 12);

test("a later hour is read only if it, or one beside it, has something late of the range, or is not known", () => {
  const delays = fc.array(
    fc.tuple(
      fc.integer({ min: -2, max: 60 }),
      fc.oneof(
        fc.constant(0),
        fc.integer({ min: 0, max: 70 }).map((hours) => hours * HOUR_MS),
      ),
    ),
    { maxLength: 60 },
  );
  const anyRange = fc.integer({ min: 1, max: 300 });
  fc.assert(
    fc.property(delays, anyRange, fc.integer({ min: 0, max: 60 }), (noted, minutes, later) => {
      const known = new Map(noted.map(([hour, delayMs]) => [hourOf(NOON + hour * HOUR_MS), delayMs]));
      const range = { fromMs: NOON, toMs: NOON + minutes * MINUTE_MS };
      const nowMs = range.toMs + later * HOUR_MS;
      const { first, last, late } = hoursToRead(range, known, nowMs);
      expect(first).toBe(hourOf(NOON - 15 * MINUTE_MS));
      expect(last).toBe(hourOf(Math.min(nowMs, range.toMs + 15 * MINUTE_MS)));
      const beside = (startMs: number) => [startMs - HOUR_MS, startMs, startMs + HOUR_MS];
      const isLate = (startMs: number) => {
        if (startMs < startOf(hourOf(range.toMs)) || startMs > nowMs) return false;
        if (beside(startMs).some((near) => !known.has(hourOf(near)))) return true;
        const delayMs = known.get(hourOf(startMs)) ?? 0;
        return delayMs > 0 && startMs - delayMs < range.toMs;
      };
      const expected: string[] = [];
      for (let startMs = startOf(last) + HOUR_MS; startMs <= nowMs; startMs += HOUR_MS)
        if (beside(startMs).some(isLate)) expected.push(hourOf(startMs));
      expect(late).toEqual(expected);
    }),
  );
});

test("the hours of which delays are needed are an hour more than those in which a delivery can come late", () => {
  fc.assert(
    fc.property(anyTime, (toMs) => {
      expect(hoursThatMayBeLate({ toMs })).toEqual({
        first: hourOf(Math.max(0, toMs - HOUR_MS)),
        last: hourOf(toMs + MAX_DELAY_MS + HOUR_MS),
      });
    }),
  );
});

test("times before 1970 are not asked for", () => {
  expect(hoursToRead({ fromMs: 0, toMs: 1 }, new Map(), 1)).toEqual({
    ...{ first: "1970/01/01/00", last: "1970/01/01/00", late: [] },
  });
});
