import { describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import {
  decodeMembership,
  encodeMembership,
  joinMemberships,
  type Membership,
  memberKeysOf,
  membershipOf,
  usersOf,
} from "./members.ts";
import { subItemKey } from "./sub-item.ts";

const AT_MS = 1_700_000_000_500;

function event(
  type: string,
  data: object,
  timestamp: unknown = AT_MS,
  sentAtMs = AT_MS,
): RainmakerEvent {
  const body = { event_type: `rmaker.event.${type}`, timestamp, event_data: data };
  const decoded = decode(deliveryOf(body, { sentAtMs }));
  if (decoded.kind !== "event") throw new Error("not an event");
  return decoded.event;
}

const membership = (type: string, atMs: number, sentAtMs = atMs) =>
  event(`user_node_${type}`, { nodes: ["n"], user_id: "u", user_role: "primary" }, atMs, sentAtMs);

describe("the users of a node", () => {
  it("the users have an item for each node of an event", () => {
    const added = event("user_node_added", { nodes: ["a", "b"], user_id: "__proto__" });
    expect(memberKeysOf(added)).toEqual([
      subItemKey("a", "user", "__proto__"),
      subItemKey("b", "user", "__proto__"),
    ]);
  });

  it("the users are not changed by other events, nor by an event that names no user", () => {
    expect(memberKeysOf(event("user_node_added", { nodes: ["n"] }))).toEqual([]);
    expect(
      memberKeysOf(event("alert", { node_id: "n", message_body: "{}", user_id: "u" })),
    ).toEqual([]);
  });

  it("the users are those whose last change added them, for any order of the events", () => {
    const back = [membership("added", AT_MS + 5), membership("removed", AT_MS)];
    const gone = [membership("removed", AT_MS + 5), membership("added", AT_MS)];
    for (const events of [back, back.toReversed()])
      expect(membershipOf(events)).toMatchObject({ member: true, role: "primary" });
    for (const events of [gone, gone.toReversed()])
      expect(membershipOf(events)).toMatchObject({ member: false });
  });

  it("the changes of a user within one second are ordered by when SNS received the events", () => {
    const second = Math.floor(AT_MS / 1000);
    const found = membershipOf([
      membership("added", second, AT_MS),
      membership("removed", second, AT_MS + 1),
    ]);
    expect(found).toMatchObject({ atMs: second * 1000, tieMs: AT_MS + 1, member: false });
  });

  it("who are added and removed at the same moment have the node", () => {
    expect(membershipOf([membership("removed", AT_MS), membership("added", AT_MS)]).member).toBe(
      true,
    );
  });

  it("the users have ids and roles of a limited length", () => {
    const long = "x".repeat(500);
    const added = event("user_node_added", { nodes: ["n"], user_id: long, user_role: long });
    expect(memberKeysOf(added)).toEqual([subItemKey("n", "user", "x".repeat(256))]);
    expect(membershipOf([added]).role).toBe("x".repeat(100));
  });

  it("the users are listed with the earliest first, without those who were removed", () => {
    const item = (userId: string, one: Membership) => ({
      ...subItemKey("n", "user", userId),
      ...encodeMembership(one),
    });
    const stamp = (atMs: number) => ({ atMs, tieMs: 0 });
    const items = [
      item("last", { ...stamp(3000), member: true, role: "secondary" }),
      item("gone", { ...stamp(2000), member: false, role: "primary" }),
      item("b#1", { ...stamp(1000), member: true }),
      item("a", { ...stamp(1000), member: true }),
    ];
    expect(usersOf(items)).toEqual([
      { userId: "a", role: undefined, sinceMs: 1000 },
      { userId: "b#1", role: undefined, sinceMs: 1000 },
      { userId: "last", role: "secondary", sinceMs: 3000 },
    ]);
  });
});

const memberships: fc.Arbitrary<Membership> = fc.record(
  {
    atMs: fc.integer({ min: 0, max: 3 }),
    tieMs: fc.integer({ min: 0, max: 3 }),
    member: fc.boolean(),
    role: fc.constantFrom("primary", "secondary"),
  },
  { requiredKeys: ["atMs", "tieMs", "member"] },
);

describe("memberships", () => {
  it("memberships can be joined in any order and any number of times", () => {
    fc.assert(
      fc.property(memberships, memberships, memberships, (a, b, c) => {
        expect(joinMemberships(a, b)).toEqual(joinMemberships(b, a));
        expect(joinMemberships(joinMemberships(a, b), c)).toEqual(
          joinMemberships(a, joinMemberships(b, c)),
        );
        expect(joinMemberships(a, a)).toEqual(a);
      }),
    );
  });

  it("memberships are decoded as they were encoded", () => {
    fc.assert(
      fc.property(memberships, (one) => {
        expect(decodeMembership(encodeMembership(one))).toEqual(one);
      }),
    );
  });
});
