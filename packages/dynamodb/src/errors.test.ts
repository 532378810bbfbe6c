import { describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { isRefusal, tableError } from "./errors.ts";
import { keyText } from "./key.ts";

const refusal = Object.assign(new Error("too long"), { name: "ValidationException" });

describe("tableError", () => {
  it("tableError is permanent when DynamoDB rejected the input", () => {
    expect(isRefusal(refusal)).toBe(true);
    expect(tableError("t", refusal)).toMatchObject({
      code: "sink-rejected",
      permanent: true,
      message: "Table t rejected an item: too long",
      cause: refusal,
    });
  });

  it("tableError is temporary in all other cases", () => {
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

  it.each([
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
  ])("tableError distinguishes a throttle (%s) from a failure", (name) => {
    const error = Object.assign(new Error("too much"), { name });
    expect(tableError("t", error)).toMatchObject({
      code: "throttled",
      permanent: false,
      message: "Table t is busy: too much",
      cause: error,
    });
  });

  it("tableError returns a RainhooksError unchanged", () => {
    const error = new RainhooksError("write-conflict", "others came first");
    expect(tableError("t", error)).toBe(error);
  });
});

describe("keyText", () => {
  const table = { name: "t", partitionKey: { name: "pk", type: "S" } } as const;
  const sorted = { ...table, sortKey: { name: "sk", type: "N" } } as const;

  it("keyText distinguishes keys, and ignores other attributes", () => {
    expect(keyText(table, { pk: { S: "a" }, sk: { N: "1" } })).toBe('["a",""]');
    expect(keyText(sorted, { pk: { S: "a" }, sk: { N: "1" }, other: { S: "b" } })).toBe(
      '["a","1"]',
    );
    expect(keyText(sorted, {})).toBe('["",""]');
    expect(keyText(sorted, { pk: { S: 'a","' }, sk: { N: "1" } })).not.toBe(
      keyText(sorted, { pk: { S: "a" }, sk: { N: '","1' } }),
    );
  });
});
