import { describe, expect, it, test } from "@jest/globals";
import { NO_CLOCK } from "./connection.ts";
import { equalFacts, joinFacts, NO_FACTS, type NodeFacts } from "./facts.ts";

const source = { atMs: 2000, sentAtMs: 2100, deliveryId: "d" };

const FACTS: NodeFacts = {
  connected: { ...NO_CLOCK, latest: source },
  disconnected: { ...NO_CLOCK, clamped: source },
  disconnectReason: { ...source, reason: "CONNECTION_LOST", sessionId: "s" },
  lastOther: { ...source, type: "rmaker.event.alert" },
  config: { ...source, name: "Kitchen" },
  firmwareReports: [{ firmware: "1.2.0", atMs: 2000 }],
  lastAlert: { ...source, text: "hot" },
  seenMs: 2000,
  recent: { transitions: [{ atMs: 2000, state: "online" }], fromMs: 1000 },
};

/**
 * A deep copy. Jest's structuredClone makes objects of another realm, which are never strictly
 * equal.
 */
function copyOf<Value>(value: Value): Value;
function copyOf(value: unknown): unknown {
  if (value instanceof Map)
    return new Map([...value].map(([key, element]) => [key, copyOf(element)]));
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, element]) => [name, copyOf(element)]),
  );
}

describe("equalFacts", () => {
  it("equalFacts is true for a copy, and for empty facts", () => {
    expect(equalFacts(FACTS, copyOf(FACTS))).toBe(true);
    expect(equalFacts(NO_FACTS, { ...NO_FACTS })).toBe(true);
  });

  test.each<[string, Partial<NodeFacts>]>([
    ["another connect", { connected: { ...NO_CLOCK, latest: { ...source, atMs: 2001 } } }],
    [
      "another disconnect",
      { disconnected: { ...NO_CLOCK, clamped: { ...source, deliveryId: "e" } } },
    ],
    [
      "another last event",
      { lastOther: { ...source, sentAtMs: 2101, type: "rmaker.event.alert" } },
    ],
    ["no last event", { lastOther: undefined }],
    ["another configuration", { config: { ...source, atMs: 2001, name: "Kitchen" } }],
    ["no configuration", { config: undefined }],
    ["another alert", { lastAlert: { ...source, deliveryId: "e", text: "hot" } }],
    ["no alert", { lastAlert: undefined }],
    ["another time of being seen", { seenMs: 3000 }],
    ["another reason of a disconnect", { disconnectReason: { ...source, reason: "AUTH_ERROR" } }],
    ["another report of a firmware", { firmwareReports: [{ firmware: "1.2.1", atMs: 2000 }] }],
    ["no recent transition", { recent: { transitions: [], fromMs: 1000 } }],
    [
      "another recent transition",
      { recent: { transitions: [{ atMs: 2000, state: "offline" }], fromMs: 1000 } },
    ],
    ["another start of the recent ones", { recent: { ...FACTS.recent, fromMs: 1001 } }],
  ])("equalFacts is false for %s", (_, change) => {
    expect(equalFacts(FACTS, { ...FACTS, ...change })).toBe(false);
    expect(equalFacts({ ...FACTS, ...change }, FACTS)).toBe(false);
  });
});

describe("joinFacts", () => {
  const both = (a: Partial<NodeFacts>, b: Partial<NodeFacts>) => {
    const one = { ...NO_FACTS, ...a };
    const other = { ...NO_FACTS, ...b };
    expect(joinFacts(one, other)).toEqual(joinFacts(other, one));
    return joinFacts(one, other);
  };

  it("joinFacts is unchanged by empty facts", () => {
    expect(both(FACTS, {})).toEqual(FACTS);
  });

  test.each([
    ["the later", { atMs: 2001, sentAtMs: 2000 }],
    ["of the same time, the one that SNS received later", { sentAtMs: 2101, deliveryId: "a" }],
    ["of the same times, the one whose delivery comes later in order", { deliveryId: "e" }],
  ])("joinFacts keeps of two events %s", (_, change) => {
    const newer = { ...source, ...change };
    const joined = both(
      {
        config: { ...source, name: "old" },
        lastAlert: { ...source, text: "old" },
        lastOther: { ...source, type: "rmaker.event.alert" },
      },
      {
        config: { ...newer, name: "new" },
        lastAlert: { ...newer, text: "new" },
        lastOther: { ...newer, type: "rmaker.event.user_node_ota" },
      },
    );
    expect(joined.config?.name).toBe("new");
    expect(joined.lastAlert?.text).toBe("new");
    expect(joined.lastOther?.type).toBe("rmaker.event.user_node_ota");
  });

  it("joinFacts keeps the newest time at which the node was seen", () => {
    expect(both({ seenMs: 1000 }, { seenMs: 3000 }).seenMs).toBe(3000);
  });

  it("joinFacts keeps recent transitions of both sides, and the later start", () => {
    const at = (atMs: number) => ({ atMs, state: "online" as const });
    const joined = both(
      { recent: { transitions: [at(1), at(3)], fromMs: 1 } },
      { recent: { transitions: [at(2), at(3)], fromMs: undefined } },
    );
    expect(joined.recent).toEqual({ transitions: [at(1), at(2), at(3)], fromMs: 1 });
    expect(
      both({ recent: { transitions: [], fromMs: 1 } }, { recent: { transitions: [], fromMs: 2 } })
        .recent.fromMs,
    ).toBe(2);
  });
});
