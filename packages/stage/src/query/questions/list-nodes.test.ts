import { describe, expect, it, test } from "@jest/globals";
import { readParams } from "../params/param.ts";
import { NODE_FILTER, nodeFilter } from "./list-nodes.ts";

const SOURCE = { atMs: 1, sentAtMs: 1, deliveryId: "d" };
const NODE = {
  nodeId: "kT4",
  config: { name: "Kitchen", firmware: "1.2.0", type: "light", model: "L1", ...SOURCE },
  tags: ["floor:Ground"],
  users: [{ userId: "u1", role: "primary", sinceMs: 1 }],
};

const filterOf = (texts: Record<string, string>) => nodeFilter(readParams(NODE_FILTER, texts));

describe("a filter of nodes", () => {
  test.each([
    [{ match: "kt4" }, true],
    [{ match: "KITCH" }, true],
    [{ match: "1.2" }, true],
    [{ match: "ground" }, true],
    [{ match: "cellar" }, false],
    [{ firmware: "1.2.0" }, true],
    [{ firmware: "1.2" }, false],
    [{ type: "light" }, true],
    [{ type: "Light" }, false],
    [{ tag: "floor:Ground" }, true],
    [{ tag: "floor" }, false],
    [{ user: "u1" }, true],
    [{ user: "U1" }, false],
    [{ user: "u" }, false],
    [{ match: "U1" }, true],
    [{ match: "u9" }, false],
    [{ type: "light", tag: "other" }, false],
    [{ type: "light", user: "u2" }, false],
    [{ match: "kitchen", type: "light", firmware: "1.2.0", tag: "floor:Ground" }, true],
  ])("%j: %s", (texts, expected) => {
    expect(filterOf(texts)?.(NODE)).toBe(expected);
  });

  it("a filter of a user selects the nodes that this user has beside others", () => {
    const users = [...NODE.users, { userId: "u2", role: "secondary", sinceMs: 1 }];
    expect(["u1", "u2", "u3"].map((user) => filterOf({ user })?.({ ...NODE, users }))).toEqual([
      true,
      true,
      false,
    ]);
    expect(filterOf({ user: "u1" })?.({ ...NODE, users: [] })).toBe(false);
  });

  it("a filter without a condition is undefined", () => {
    expect(filterOf({})).toBeUndefined();
  });

  it("a filter of nodes finds a node without a configuration by its id", () => {
    const bare = { ...NODE, config: undefined };
    expect(filterOf({ match: "kT" })?.(bare)).toBe(true);
    expect(filterOf({ match: "kitchen" })?.(bare)).toBe(false);
    expect(filterOf({ firmware: "1.2.0" })?.(bare)).toBe(false);
  });
});
