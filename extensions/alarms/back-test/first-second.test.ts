import { describe, expect, it } from "@jest/globals";
import { stateOf } from "@rainhooks/node-status/connection";
import { NO_FACTS } from "@rainhooks/node-status/facts";
import { recordOf } from "../stores/node-record.ts";
import { type ConnectionTime, connectionOf } from "./node-events.ts";

const START_MS = 1_700_000_000_000;
const LIVES = 1000;

function stateChanges(times: readonly ConnectionTime[]) {
  return recordOf({ ...NO_FACTS, ...connectionOf(times) }, "n").transitions;
}

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * How events travel from AWS IoT to SNS: most in some ten milliseconds, some much later, for each
 * user of the node, some twice.
 */
interface Way {
  readonly meanMs: number;
  readonly lateShare: number;
  readonly maxLateMs: number;
}

const PROMPT: Way = { meanMs: 60, lateShare: 0, maxLateMs: 0 };
const SOME_LATE: Way = { meanMs: 60, lateShare: 0.02, maxLateMs: 60_000 };
const ALL_LATE: Way = { meanMs: 60, lateShare: 1, maxLateMs: 3_600_000 };

type Kind = "take-over" | "swapped" | "short";

interface Change {
  readonly state: "online" | "offline";
  readonly trueMs: number;
}

/**
 * The old session of a take-over ends up to 60 ms before the new one begins, or, swapped, after it;
 * a short connection lasts for a part of its second.
 */
function pairOf(kind: Kind, secondMs: number, random: () => number): Change[] {
  const connectMs = secondMs + random() * 900;
  const restMs = 999 - (connectMs - secondMs);
  const apartMs = kind === "short" ? random() * restMs : random() * (kind === "swapped" ? 60 : -60);
  const disconnectMs = Math.min(Math.max(secondMs, connectMs + apartMs), secondMs + 999);
  return [
    { state: "online", trueMs: connectMs },
    { state: "offline", trueMs: disconnectMs },
  ];
}

/** Returns what reaches SNS, in the order in which it comes. Times have whole seconds. */
function sent(changes: readonly Change[], way: Way, random: () => number): ConnectionTime[] {
  const copies = 1 + Math.floor(random() * 3);
  return changes
    .flatMap((change) =>
      Array.from({ length: copies + (random() < 0.2 ? 1 : 0) }, () => ({
        ...change,
        delayMs: delayOf(way, random),
      })),
    )
    .map(({ state, trueMs, delayMs }) => ({
      atMs: Math.floor(trueMs / 1000) * 1000,
      state,
      sentAtMs: trueMs + delayMs,
      clamped: false,
    }))
    .sort((a, b) => a.sentAtMs - b.sentAtMs);
}

function delayOf({ meanMs, lateShare, maxLateMs }: Way, random: () => number): number {
  const lateMs = random() < lateShare ? random() * maxLateMs : 0;
  return 20 - Math.log(1 - random()) * meanMs + lateMs;
}

/**
 * Returns the share of lives whose state at the end is decided wrong, in percent, with one decimal.
 */
function wrongShare(kinds: readonly Kind[], way: Way, before: readonly Change[] = []): number {
  const random = randomOf(kinds.length * 31 + (way.lateShare + 1) * 7);
  const isTrue = kinds.at(-1) === "short" ? "offline" : "online";
  let wrong = 0;
  let unlike = 0;
  for (let life = 0; life < LIVES; life += 1) {
    const pairs = kinds.flatMap((kind, index) => pairOf(kind, START_MS + index * 7000, random));
    const times = sent([...before, ...pairs], way, random);
    const { state } = stateOf(connectionOf(times));
    if (state !== isTrue) wrong += 1;
    // Uptime agrees with the state, and so does any order of arrival.
    const others = [stateChanges(times).at(-1), stateOf(connectionOf(times.toReversed()))];
    if (others.some((other) => other?.state !== state)) unlike += 1;
  }
  expect(unlike).toBe(0);
  return Math.round((wrong / LIVES) * 1000) / 10;
}

describe("the share of nodes whose state is decided wrong when they connect and disconnect in one second of RainMaker's clock", () => {
  const wasOnline: Change[] = [{ state: "online", trueMs: START_MS - 60_400 }];
  const wasOffline: Change[] = [{ state: "offline", trueMs: START_MS - 60_400 }];

  it("the share of wrong states after a connect and a disconnect in one second is 0 if the state before is known, whatever is late, swapped or repeated", () => {
    for (const way of [PROMPT, SOME_LATE, ALL_LATE]) {
      expect(wrongShare(["take-over"], way, wasOnline)).toBe(0);
      expect(wrongShare(["take-over", "swapped", "take-over"], way, wasOnline)).toBe(0);
      expect(wrongShare(["short"], way, wasOffline)).toBe(0);
      expect(wrongShare(["short", "short", "short"], way, wasOffline)).toBe(0);
    }
  });

  it("the share of wrong states after a connect and a disconnect in one second is that of the decision if nothing is known before: of one short connection, of two, of a take-over, and of a swapped one", () => {
    const shares = [PROMPT, SOME_LATE, ALL_LATE].map((way) => [
      wrongShare(["short"], way),
      wrongShare(["short", "short"], way),
      wrongShare(["take-over"], way),
      wrongShare(["swapped"], way),
    ]);
    // In docs/decisions/0002-node-status-as-two-clocks.md, in percent.
    expect(shares).toEqual([
      [4, 5.3, 21.5, 78.7],
      [5.5, 4.1, 23.2, 77],
      [100, 100, 0, 0],
    ]);
  });
});

describe("the first second of a node", () => {
  const at = (state: Change["state"], sentMs: number, secondMs = START_MS): ConnectionTime => ({
    atMs: secondMs,
    state,
    sentAtMs: secondMs + sentMs,
    clamped: false,
  });

  it("the first second of a node is no uptime after a short connection, also when the node connects again later", () => {
    const first = [at("online", 100), at("offline", 600)];
    expect(stateChanges(first).map(({ state }) => state)).toEqual(["online", "offline"]);
    const again = [...first, at("online", 100, START_MS + 3_600_000)];
    expect(stateChanges(again).map(({ atMs, state }) => [atMs - START_MS, state])).toEqual([
      [0, "online"],
      [0, "offline"],
      [3_600_000, "online"],
    ]);
  });

  it("the first second of a node is explained by what follows, if the events came late", () => {
    const late = [at("offline", 90_000), at("online", 91_000)];
    expect(stateChanges(late).at(-1)?.state).toBe("online");
    const again = [...late, at("online", 100, START_MS + 3_600_000)];
    expect(stateChanges(again).map(({ state }) => state)).toEqual(["online", "offline", "online"]);
  });
});
