import { describe, expect, it, test } from "@jest/globals";
import { itemBytes, MAX_ITEM_BYTES, refusalOf } from "./limits.ts";

const table = {
  name: "t",
  partitionKey: { name: "pk", type: "S" },
  sortKey: { name: "sk", type: "S" },
  indexes: [
    { name: "i", partitionKey: { name: "ip", type: "S" }, sortKey: { name: "is", type: "S" } },
  ],
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
    ["no zeros at either end of a number", { a: { N: "0012.3400" } }, 1 + 3],
    ["zeros within a number", { a: { N: "1001" } }, 1 + 3],
    ["no exponent", { a: { N: "1.5E+10" } }, 1 + 2],
    ["nothing but the name's and one of a zero", { a: { N: "0" } }, 1 + 1],
    ["texts of a set", { a: { SS: ["ü", "a"] } }, 1 + 3],
    ["numbers of a set", { a: { NS: ["-1", "22"] } }, 1 + 3 + 2],
    ["bytes of a set", { a: { BS: [new Uint8Array(2), new Uint8Array(3)] } }, 1 + 5],
    ["each attribute, and names as UTF-8", { ü: { S: "a" }, b: { S: "" } }, 2 + 1 + 1],
    ["a list with each of its elements", { a: { L: [{ S: "b" }, { S: "c" }] } }, 1 + 3 + 2 + 2],
    ["names of a map as UTF-8", { a: { M: { ü: { S: "b" } } } }, 1 + 3 + 2 + 1 + 1],
    ["an empty list", { a: { L: [] } }, 1 + 3],
    ["a flag", { a: { BOOL: true } }, 2],
    ["bytes", { a: { B: new Uint8Array(7) } }, 8],
    [
      "lists and maps with what is in them",
      { a: { M: { bc: { L: [{ S: "d" }] } } } },
      1 + (3 + 2) + 1 + (3 + 1 + 1),
    ],
  ])("itemBytes counts %s", (_, item, bytes) => {
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
  ])("refusalOf accepts %s", (_, item) => {
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
    [
      "a key of the index too long",
      { ip: { S: "a" }, is: { S: "x".repeat(1025) } },
      "sink-rejected",
    ],
  ])("refusalOf rejects %s", (_, item, code) => {
    expect(refusalOf("t", table, { ...key, ...(item as object) })).toMatchObject({
      code,
      permanent: true,
    });
  });

  test.each([
    ["it is nested deeper than 32 levels", { a: nested(33) }],
    ["its key pk is empty", { pk: { S: "" } }],
    ["its key sk contains an incomplete surrogate pair", { sk: { S: "\ud800" } }],
    ["its key sk has 1025 bytes, the maximum is 1024", { sk: { S: "x".repeat(1025) } }],
    ["its key pk has 2049 bytes, the maximum is 2048", { pk: { S: "x".repeat(2049) } }],
    ["its key ip has 2049 bytes, the maximum is 2048", { ip: { S: "x".repeat(2049) } }],
    ["its key is is empty", { is: { S: "" } }],
    ["its key ip is empty", { ip: { S: "" }, is: { S: "a" } }],
  ])("refusalOf has the reason in its message: %s", (reason, item) => {
    expect(refusalOf("stage-t", table, { ...key, ...(item as object) })?.message).toBe(
      `An item cannot be stored in table stage-t: ${reason}.`,
    );
  });

  it("refusalOf checks only keys that the table has", () => {
    const { sortKey: _, indexes: __, ...plain } = table;
    expect(refusalOf("t", plain, { pk: { S: "p" } })).toBeUndefined();
    expect(refusalOf("t", table, { pk: { S: "p" } })?.message).toContain("its key sk is empty");
    const byNumber = { ...plain, partitionKey: { name: "pk", type: "N" } } as const;
    expect(refusalOf("t", byNumber, { pk: { N: "1" } })).toBeUndefined();
    const unsorted = {
      ...plain,
      indexes: [{ name: "i", partitionKey: { name: "ip", type: "S" } }],
    } as const;
    expect(refusalOf("t", unsorted, { pk: { S: "p" }, ip: { S: "a" } })).toBeUndefined();
  });

  it("refusalOf reports the size and the maximum", () => {
    const item = { ...key, a: { S: "x".repeat(MAX_ITEM_BYTES) } };
    expect(refusalOf("stage-t", table, item)?.message).toBe(
      "An item cannot be stored in table stage-t: it has 409607 bytes, the maximum is 409600.",
    );
  });
});
