import { describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core";
import { isRefusal, tableError } from "./errors.ts";
import { keyText } from "./key.ts";

const refusal = Object.assign(new Error("too long"), { name: "ValidationException" });

describe("tableError", () => {
  it("is for good where DynamoDB refused what it was given", () => {
    expect(isRefusal(refusal)).toBe(true);
    expect(tableError("t", refusal)).toMatchObject({
      code: "sink-rejected",
      permanent: true,
      message: "Table t refused an item: too long",
      cause: refusal,
    });
  });

  it("may pass in any other case", () => {
    const down = new Error("down");
    expect([down, "ValidationException", { name: "ValidationException" }].map(isRefusal)).toEqual([
      false,
      false,
      false,
    ]);
    expect(tableError("t", down)).toMatchObject({
      code: "sink-unavailable",
      permanent: false,
      message: "Table t cannot be read or written: down",
      cause: down,
    });
  });

  it("leaves an error of ours as it is", () => {
    const error = new RainhooksError("write-conflict", "others came first");
    expect(tableError("t", error)).toBe(error);
  });
});

describe("keyText", () => {
  const table = { name: "t", partitionKey: { name: "pk", type: "S" } } as const;
  const sorted = { ...table, sortKey: { name: "sk", type: "N" } } as const;

  it("tells keys apart, and nothing else", () => {
    expect(keyText(table, { pk: { S: "a" }, sk: { N: "1" } })).toBe('["a",""]');
    expect(keyText(sorted, { pk: { S: "a" }, sk: { N: "1" }, other: { S: "b" } })).toBe('["a","1"]');
    expect(keyText(sorted, {})).toBe('["",""]');
    expect(keyText(sorted, { pk: { S: 'a","' }, sk: { N: "1" } })).not.toBe(
      keyText(sorted, { pk: { S: "a" }, sk: { N: '","1' } }),
    );
  });
});
