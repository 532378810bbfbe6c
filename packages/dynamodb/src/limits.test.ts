import { describe, expect, it, test } from "@jest/globals";
import { itemBytes, MAX_ITEM_BYTES, refusalOf } from "./limits.ts";

const table = {
  name: "t",
  partitionKey: { name: "pk", type: "S" },
  sortKey: { name: "sk", type: "S" },
  indexes: [{ name: "i", partitionKey: { name: "ip", type: "S" }, sortKey: { name: "is", type: "S" } }],
} as const;
const key = { pk: { S: "p" }, sk: { S: "s" } };

function nested(levels: number): { L: [object] } | { N: string } {
  return levels === 0 ? { N: "1" } : { L: [nested(levels - 1)] };
}

describe("itemBytes", () => {
  test.each([
    ["bytes of UTF-8, not characters", { a: { S: "ü€😀" } }, 1 + 9],
    ["two digits to a byte, and one more", { a: { N: "123" } }, 1 + 3],
    ["a sign", { a: { N: "-5" } }, 1 + 3],
    ["a flag", { a: { BOOL: true } }, 2],
    ["bytes", { a: { B: new Uint8Array(7) } }, 8],
    [
      "lists and maps with what is in them",
      { a: { M: { bc: { L: [{ S: "d" }] } } } },
      1 + (3 + 2) + 1 + (3 + 1 + 1),
    ],
  ])("counts %s", (_, item, bytes) => {
    expect(itemBytes(item)).toBe(bytes);
  });
});

describe("refusalOf", () => {
  test.each([
    ["an item of the maximum size", { a: { S: "x".repeat(MAX_ITEM_BYTES - 7) } }],
    ["keys of the maximum length", { pk: { S: "ü".repeat(1024) }, sk: { S: "ü".repeat(512) } }],
    ["32 levels", { a: nested(32) }],
    ["an item that is not in the index", {}],
    ["an item that has only a part of the index's key", { ip: { S: "a" } }],
  ])("accepts %s", (_, item) => {
    expect(refusalOf("t", table, { ...key, ...(item as object) })).toBeUndefined();
  });

  test.each([
    [
      "an item too large in bytes, though not in characters",
      { a: { S: "€".repeat(140_000) } },
      "item-too-large",
    ],
    ["33 levels", { a: nested(33) }, "sink-rejected"],
    ["an empty partition key", { pk: { S: "" } }, "sink-rejected"],
    ["a partition key too long in bytes", { pk: { S: "ü".repeat(1025) } }, "sink-rejected"],
    ["a sort key too long in bytes", { sk: { S: "ü".repeat(513) } }, "sink-rejected"],
    ["half of a surrogate pair in a key", { pk: { S: "a\ud800" } }, "sink-rejected"],
    ["an empty key of the index", { is: { S: "" } }, "sink-rejected"],
    ["a set that is too large", { a: { SS: ["x".repeat(500_000)] } }, "item-too-large"],
    ["a key of the index too long", { ip: { S: "a" }, is: { S: "x".repeat(1025) } }, "sink-rejected"],
  ])("rejects %s", (_, item, code) => {
    expect(refusalOf("t", table, { ...key, ...(item as object) })).toMatchObject({ code, permanent: true });
  });

  it("reports the size and the maximum", () => {
    const item = { ...key, a: { S: "x".repeat(MAX_ITEM_BYTES) } };
    expect(refusalOf("stage-t", table, item)?.message).toBe(
      "An item cannot be stored in table stage-t: it has 409607 bytes, the maximum is 409600.",
    );
  });
});
