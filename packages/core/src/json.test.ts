import { describe, expect, it, test } from "@jest/globals";
import {
  describeValue,
  hasNestedValue,
  isTooDeep,
  MAX_JSON_DEPTH,
  parseJson,
  tryParseJson,
} from "./json.ts";

const nested = (levels: number) => `${"[".repeat(levels)}1${"]".repeat(levels)}`;

describe("parseJson", () => {
  test.each([
    ["[1", "not-json"],
    ["", "not-json"],
    [nested(MAX_JSON_DEPTH + 1), "too-deep"],
    [nested(100_000), "too-deep"],
    [`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`, "too-deep"],
  ])("parseJson refuses %.20j: %s", (text, reason) => {
    expect(parseJson(text)).toEqual({ ok: false, reason });
    expect(tryParseJson(text)).toBeUndefined();
  });

  it("parseJson accepts the deepest allowed value", () => {
    expect(parseJson(nested(MAX_JSON_DEPTH)).ok).toBe(true);
    expect(isTooDeep([[1]], 1)).toBe(true);
    expect(isTooDeep([[1]], 2)).toBe(false);
  });
});

describe("hasNestedValue", () => {
  const is = (wanted: unknown) => (value: unknown) => value === wanted;

  it("hasNestedValue checks a value and all that is in it", () => {
    expect(hasNestedValue(5, is(5))).toBe(true);
    expect(hasNestedValue([1, { a: null, b: 5 }], is(5))).toBe(true);
    expect(hasNestedValue([5, 1], is(5))).toBe(true);
    expect(hasNestedValue([1, { a: null }], is(5))).toBe(false);
    expect(hasNestedValue(null, is(5))).toBe(false);
  });
});

describe("describeValue", () => {
  test.each([
    ["x".repeat(80), `"${"x".repeat(80)}"`],
    ["x".repeat(500), `"${"x".repeat(80)}…"`],
    [[1, 2], "a list of 2"],
    [{ a: 1 }, "an object"],
    [undefined, "nothing"],
    [null, "null"],
    [Number.POSITIVE_INFINITY, "Infinity"],
  ])("describeValue shows %.20j in a few words", (value, text) => {
    expect(describeValue(value)).toBe(text);
  });
});
