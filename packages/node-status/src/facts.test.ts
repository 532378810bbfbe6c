import { describe, expect, it, test } from "@jest/globals";
import { NO_CLOCK } from "./connection.ts";
import { equalFacts, joinFacts, NO_FACTS, type NodeFacts } from "./facts.ts";
import { tags as tagsField } from "./fields/tags.ts";
import type { Membership } from "./fields/users.ts";

const source = { atMs: 2000, sentAtMs: 2100, deliveryId: "d" };
const member: Membership = { atMs: 2000, tieMs: 5, member: true, role: "primary" };

const FACTS: NodeFacts = {
  connected: { ...NO_CLOCK, latest: source },
  disconnected: { ...NO_CLOCK, clamped: source },
  lastOther: { ...source, type: "rmaker.event.alert" },
  config: { ...source, name: "Kitchen" },
  lastAlert: { ...source, text: "hot" },
  seenMs: 2000,
  users: new Map([["u", member]]),
  tags: ["a", "b"],
};

/** A deep copy. Jest's structuredClone makes objects of another realm, which are never strictly equal. */
function copyOf<Value>(value: Value): Value;
function copyOf(value: unknown): unknown {
  if (value instanceof Map) return new Map([...value].map(([key, element]) => [key, copyOf(element)]));
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, element]) => [name, copyOf(element)]));
}

const users = (...list: [string, Membership][]) => ({ users: new Map(list) });

describe("equalFacts", () => {
  it("holds for a copy, and for empty facts", () => {
    expect(equalFacts(FACTS, copyOf(FACTS))).toBe(true);
    expect(equalFacts(NO_FACTS, { ...NO_FACTS })).toBe(true);
  });

  test.each<[string, Partial<NodeFacts>]>([
    ["another connect", { connected: { ...NO_CLOCK, latest: { ...source, atMs: 2001 } } }],
    ["another disconnect", { disconnected: { ...NO_CLOCK, clamped: { ...source, deliveryId: "e" } } }],
    ["another last event", { lastOther: { ...source, sentAtMs: 2101, type: "rmaker.event.alert" } }],
    ["no last event", { lastOther: undefined }],
    ["another configuration", { config: { ...source, atMs: 2001, name: "Kitchen" } }],
    ["no configuration", { config: undefined }],
    ["another alert", { lastAlert: { ...source, deliveryId: "e", text: "hot" } }],
    ["no alert", { lastAlert: undefined }],
    ["another time of being seen", { seenMs: 3000 }],
    ["no user", { users: new Map() }],
    ["one more user", users(["u", member], ["v", member])],
    ["another user", users(["v", member])],
    ["a user who was removed", users(["u", { ...member, member: false }])],
    ["a user of another role", users(["u", { ...member, role: "secondary" }])],
    ["a user without a role", users(["u", { atMs: 2000, tieMs: 5, member: true }])],
    ["a user of another time", users(["u", { ...member, atMs: 2001 }])],
    ["a user of another time of SNS", users(["u", { ...member, tieMs: 6 }])],
    ["one more tag", { tags: ["a", "b", "c"] }],
    ["one tag less", { tags: ["a"] }],
    ["another tag", { tags: ["a", "c"] }],
  ])("does not hold for %s", (_, change) => {
    expect(equalFacts(FACTS, { ...FACTS, ...change })).toBe(false);
    expect(equalFacts({ ...FACTS, ...change }, FACTS)).toBe(false);
  });
});

describe("joinFacts", () => {
  const both = (a: Partial<NodeFacts>, b: Partial<NodeFacts>) => {
    const [one, other] = [
      { ...NO_FACTS, ...a },
      { ...NO_FACTS, ...b },
    ];
    expect(joinFacts(one, other)).toEqual(joinFacts(other, one));
    return joinFacts(one, other);
  };

  it("is not changed by empty facts", () => {
    expect(both(FACTS, {})).toEqual(FACTS);
  });

  test.each([
    ["the later", { atMs: 2001, sentAtMs: 2000 }],
    ["of the same time, the one that SNS received later", { sentAtMs: 2101, deliveryId: "a" }],
    ["of the same times, the one whose delivery comes later in order", { deliveryId: "e" }],
  ])("keeps of two events %s", (_, change) => {
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

  it("keeps the newest time at which the node was seen", () => {
    expect(both({ seenMs: 1000 }, { seenMs: 3000 }).seenMs).toBe(3000);
  });

  test.each<[string, Membership, Membership]>([
    ["was told of later", { ...member, member: false, tieMs: 6 }, member],
    ["is a member, of two of the same moment", member, { ...member, member: false, role: "z" }],
    ["comes later in order, of two roles", { ...member, role: "secondary" }, member],
    ["has a role", member, { atMs: 2000, tieMs: 5, member: true }],
  ])("keeps of a user what %s", (_, kept, lost) => {
    expect(both(users(["u", kept]), users(["u", lost])).users.get("u")).toEqual(kept);
  });

  it("keeps the hundred users that changed last, whichever side they come from", () => {
    const at = (from: number, to: number) =>
      users(
        ...Array.from({ length: to - from }, (_, index): [string, Membership] => [
          `u${from + index}`,
          { ...member, atMs: 1000 + from + index },
        ]),
      );
    const joined = both(at(0, 60), at(50, 120));
    expect(joined.users.size).toBe(100);
    expect([...joined.users.keys()].toSorted()).toEqual([...at(20, 120).users.keys()].toSorted());
    expect(both(at(0, 50), at(50, 100)).users.size).toBe(100);
  });

  it("keeps of users of one moment those that come first in order", () => {
    const some = Array.from({ length: 101 }, (_, index): [string, Membership] => [
      String(index).padStart(3, "0"),
      member,
    ]);
    const joined = both(users(...some.slice(50)), users(...some.slice(0, 50)));
    expect(joined.users.has("099")).toBe(true);
    expect(joined.users.has("100")).toBe(false);
  });

  it("keeps tags of both sides", () => {
    expect(both({ tags: ["b"] }, { tags: ["a", "b"] }).tags).toEqual(["a", "b"]);
  });
});

describe("the join of tags", () => {
  it("keeps the hundred that come first in order", () => {
    const tags = Array.from({ length: 101 }, (_, index) => String(index).padStart(3, "0"));
    expect(tagsField.join(tags.slice(50), tags.slice(0, 60))).toEqual(tags.slice(0, 100));
  });
});
