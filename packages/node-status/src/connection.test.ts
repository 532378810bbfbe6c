import { describe, expect, it, test } from "@jest/globals";
import {
  type Clock,
  type Connection,
  decisive,
  equalClocks,
  joinClocks,
  NO_CLOCK,
  stateOf,
} from "./connection.ts";
import type { Source } from "./source.ts";

const source = (atMs: number, sentAtMs = atMs, deliveryId = "d"): Source => ({
  atMs,
  sentAtMs,
  deliveryId,
});
const at = (atMs: number, beforeMs?: number): Clock => ({
  ...NO_CLOCK,
  latest: source(atMs),
  beforeMs,
});
const clampedAt = (atMs: number): Clock => ({ ...NO_CLOCK, clamped: source(atMs) });

function both(a: Clock, b: Clock): Clock {
  expect(joinClocks(a, b)).toEqual(joinClocks(b, a));
  return joinClocks(a, b);
}

describe("joinClocks", () => {
  it("joinClocks keeps the latest, and when the one before it was", () => {
    expect(both(at(2000), at(3000))).toEqual(at(3000, 2000));
    expect(both(at(3000, 1000), at(2000))).toEqual(at(3000, 2000));
    expect(both(at(3000, 2000), at(1000))).toEqual(at(3000, 2000));
    expect(both(at(3000, 1000), at(3000, 2000))).toEqual(at(3000, 2000));
    expect(both(at(3000), at(3000))).toEqual(at(3000));
    expect(both(at(3000), NO_CLOCK)).toEqual(at(3000));
    expect(both(NO_CLOCK, NO_CLOCK)).toEqual(NO_CLOCK);
  });

  it("joinClocks keeps the latest of those without a time of their own", () => {
    expect(both(clampedAt(2000), clampedAt(3000))).toEqual(clampedAt(3000));
  });

  it("joinClocks takes the first delivery for all copies of one event", () => {
    const first = { ...NO_CLOCK, latest: source(1000, 1001, "b") };
    expect(both(first, { ...NO_CLOCK, latest: source(1000, 1002, "a") })).toEqual(first);
    expect(both(first, { ...NO_CLOCK, latest: source(1000, 1001, "c") })).toEqual(first);
  });
});

describe("equalClocks", () => {
  const clock: Clock = { latest: source(3000), beforeMs: 2000, clamped: source(1000) };

  test.each<[string, Partial<Clock>]>([
    ["another time", { latest: source(3001, 3000) }],
    ["another time of SNS", { latest: source(3000, 3001) }],
    ["another delivery", { latest: source(3000, 3000, "e") }],
    ["none", { latest: undefined }],
    ["another one before", { beforeMs: 2001 }],
    ["another one without a time of its own", { clamped: source(1001) }],
  ])("equalClocks is false for %s", (_, change) => {
    expect(equalClocks(clock, { ...clock, ...change })).toBe(false);
    expect(equalClocks({ ...clock, ...change }, clock)).toBe(false);
  });

  it("equalClocks is true for equal clocks", () => {
    expect(equalClocks(clock, structuredClone(clock))).toBe(true);
    expect(equalClocks(NO_CLOCK, { ...NO_CLOCK })).toBe(true);
  });
});

describe("what decides the state of a node", () => {
  const state = (connected: Clock, disconnected: Clock) => stateOf({ connected, disconnected });

  test.each<[string, Clock, Clock, string, number | undefined]>([
    ["nothing is known", NO_CLOCK, NO_CLOCK, "unknown", undefined],
    ["it connected", at(1000), NO_CLOCK, "online", 1000],
    ["it disconnected", NO_CLOCK, at(1000), "offline", 1000],
    ["it connected last", at(3500), at(1500), "online", 3500],
    ["it disconnected last", at(1500), at(3500), "offline", 3500],
    ["both in a moment, and nothing before", at(2500), at(2500), "online", 2500],
    ["both in a moment, and it was offline", at(2500), at(2500, 500), "offline", 2500],
    ["both in a moment, and it was online", at(2500, 500), at(2500), "online", 2500],
    [
      "both in a moment, and it had been offline, then online",
      at(2500, 700),
      at(2500, 500),
      "online",
      2500,
    ],
    [
      "both in a moment, and it had been online, then offline",
      at(2500, 500),
      at(2500, 700),
      "offline",
      2500,
    ],
    [
      "both in a moment, and changed twice in one before",
      at(2500, 500),
      at(2500, 500),
      "online",
      2500,
    ],
    ["a second, and a time in it", at(2000), at(2999, 500), "offline", 2999],
    ["a time in a second, and that second", at(2999), at(2000, 500), "offline", 2000],
    ["a second, and a time after it", at(2000), at(3001), "offline", 3001],
    ["two times in a second", at(2600), at(2500, 500), "online", 2600],
  ])("the state where %s", (_, connected, disconnected, expected, sinceMs) => {
    expect(state(connected, disconnected)).toEqual({ state: expected, sinceMs });
  });

  const MS = 10_000;
  test.each<[string, Connection, string]>([
    [
      "SNS took the connect later",
      { connected: clampedAt(MS + 1000), disconnected: at(MS) },
      "online",
    ],
    [
      "SNS took the disconnect later",
      { connected: at(MS), disconnected: clampedAt(MS + 1000) },
      "offline",
    ],
    [
      "SNS took the disconnect later, but not by a second",
      { connected: at(MS), disconnected: clampedAt(MS + 999) },
      "online",
    ],
    [
      "SNS took the connect first, but not by a second",
      { connected: clampedAt(MS), disconnected: at(MS + 999) },
      "online",
    ],
    [
      "SNS took the connect first, by a second",
      { connected: clampedAt(MS), disconnected: at(MS + 1000) },
      "offline",
    ],
    [
      "neither has a time",
      { connected: clampedAt(MS), disconnected: clampedAt(MS + 5000) },
      "offline",
    ],
  ])("the state where a time is not plausible: %s", (_, connection, expected) => {
    expect(decisive(connection)?.state).toBe(expected);
  });

  it("the state is decided, of two connects, by the one that SNS received later", () => {
    const connected = {
      ...NO_CLOCK,
      latest: source(MS, MS),
      clamped: source(MS + 10, MS + 10, "c"),
    };
    expect(decisive({ connected, disconnected: NO_CLOCK })).toEqual({
      ...source(MS + 10, MS + 10, "c"),
      state: "online",
    });
    const other = { ...connected, clamped: source(MS - 10, MS - 10, "c") };
    expect(decisive({ connected: other, disconnected: NO_CLOCK })?.deliveryId).toBe("d");
  });
});
