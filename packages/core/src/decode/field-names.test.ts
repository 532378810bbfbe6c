import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { fieldNames, gather, nameOf } from "./field-names.ts";

const names = () => fieldNames(["nodeId", "userId"], { nodeId: ["nodeList"] });

describe("nameOf", () => {
  test.each(["nodeId", "NodeId", "node_id", "NODE_ID", "_nodeid_", "NodeList", "node_list"])(
    "nameOf knows a field as %s",
    (key) => {
      expect(nameOf(key, names())).toBe("nodeId");
    },
  );

  test.each(["node", "__proto__", "constructor", "toString", "hasOwnProperty", "", "_"])(
    "nameOf does not know a field called %j",
    (key) => {
      const known = names();
      expect([nameOf(key, known), nameOf(key, known)]).toEqual([undefined, undefined]);
    },
  );

  it("nameOf returns the same however many other names it has seen before", () => {
    const key = fc.oneof(fc.string(), fc.constantFrom("NodeId", "user_id", "x".repeat(1000)));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 600 }), (seen) => {
        const used = names();
        for (const one of seen) nameOf(one, used);
        for (const one of [...seen, "NODE_ID", "UserId"])
          expect(nameOf(one, used)).toBe(nameOf(one, names()));
      }),
    );
  });

  it("nameOf remembers a limited number of spellings, none of them long", () => {
    const used = names();
    for (let index = 0; index < 10_000; index += 1) nameOf(`made-up-${index}`, used);
    nameOf("x".repeat(1000), names());
    expect(used.positions.size).toBe(250);
    const unused = names();
    const before = unused.positions.size;
    nameOf("x".repeat(65), unused);
    expect(unused.positions.size).toBe(before);
  });
});

describe("gather", () => {
  it("gather returns the values in the order of their names, and the other fields as they are", () => {
    expect(gather({ user_id: "u", x: 1, NodeId: "n" }, names())).toEqual({
      values: ["n", "u"],
      extra: { x: 1 },
    });
  });

  it("gather keeps the second of two spellings as an extra field, and drops a known field that is null", () => {
    const { values, extra } = gather({ userId: null, node_id: "n", NodeId: "m", x: null }, names());
    expect([values[0], values[1]]).toEqual(["n", undefined]);
    expect(extra).toEqual({ NodeId: "m", x: null });
  });

  it("gather keeps a field called __proto__ as any other", () => {
    const { extra } = gather(JSON.parse('{"__proto__":{"polluted":true}}'), names());
    expect(Object.keys(extra)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(extra)).toBe(Object.prototype);
    expect("polluted" in extra).toBe(false);
  });
});
