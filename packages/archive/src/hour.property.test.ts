import { expect, test } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import fc from "fast-check";
import { hourOf, startOf } from "./hour.ts";
import { hoursThatMayBeLate, hoursToRead } from "./hours/hours-to-read.ts";

const anyTime = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
/**
 * The longest that a delivery can be on its way: SNS tries for 23 days, and a queue keeps it for
 * 14.
 */
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
  const anyDelay = fc.oneof(
    { weight: 20, arbitrary: fc.constant<number | undefined>(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 70 }).map((hours) => hours * HOUR_MS) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  const anyDelays = fc.array(anyDelay, { minLength: 64, maxLength: 64 });
  const quarters = fc.integer({ min: 0, max: 12 });
  fc.assert(
    fc.property(
      anyDelays,
      quarters,
      quarters,
      fc.integer({ min: 0, max: 45 }),
      (noted, before, length, later) => {
        const known = new Map(
          noted.flatMap((delayMs, hour) =>
            delayMs === undefined ? [] : [[hourOf(NOON + (hour - 2) * HOUR_MS), delayMs]],
          ),
        );
        const fromMs = NOON + before * 15 * MINUTE_MS;
        const range = { fromMs, toMs: fromMs + length * 15 * MINUTE_MS + 1 - (length % 2) };
        const nowMs = range.toMs + later * HOUR_MS;
        const { first, last, late } = hoursToRead(range, known, nowMs);
        expect(first).toBe(hourOf(fromMs - 15 * MINUTE_MS));
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
      },
    ),
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
    first: "1970/01/01/00",
    last: "1970/01/01/00",
    late: [],
  });
});
