import { describe, expect, it } from "@jest/globals";
import {
  decodePoint,
  decodeSeriesListItem,
  encodePoint,
  identityOf,
  seriesKey,
  seriesListItem,
  timeKey,
} from "./item.ts";
import { kindOf } from "./kind.ts";

const point = { atMs: 5000, dataType: "string", value: "on" } as const;
const keyOf = (value: string) => encodePoint("n", "s", { ...point, value })["point"]?.S;

describe("a point as an item", () => {
  it("has its series, and its time, type and value as its key", () => {
    expect(encodePoint("n/1", "a b", point)).toEqual({
      series: { S: "n%2F1#a b" },
      point: { S: '0000000000005000#string:"on"' },
      dataType: { S: "string" },
      value: { S: '"on"' },
    });
    expect(seriesKey("a#b", "c")).toBe("a%23b#c");
    expect(timeKey(12)).toBe("0000000000000012");
  });

  it("has the time at which it is forgotten in its key, which is no part of what it is", () => {
    const item = encodePoint("n", "s", { ...point, expiresAtS: 7 });
    expect(item["point"]).toEqual({ S: '0000000000005000#string:"on"\t7' });
    expect(item["expiresAtS"]).toEqual({ N: "7" });
    expect(identityOf(item["point"]?.S ?? "")).toBe(keyOf("on"));
    expect(identityOf("as it is")).toBe("as it is");
    expect(decodePoint(item)).toEqual({ ...point, expiresAtS: 7 });
  });

  it("has in its key a value of up to 64 bytes, and of a longer one a digest", () => {
    const longest = "x".repeat(62);
    expect(keyOf(longest)).toBe(`0000000000005000#string:"${longest}"`);
    expect(keyOf(`${longest}x`)).toMatch(/^0000000000005000#string:sha256-[0-9a-f]{32}$/);
    expect(keyOf(`${longest}x`)).not.toBe(keyOf(`${longest}y`));
    expect(keyOf("é".repeat(32))).toContain("sha256-");
  });

  it("is null where its value cannot be read", () => {
    expect(decodePoint({ ...encodePoint("n", "s", point), value: { S: "{" } }).value).toBeNull();
    const { value: _, ...none } = encodePoint("n", "s", point);
    expect(decodePoint(none).value).toBeNull();
  });
});

describe("an item of the list of series", () => {
  it("names the kind and the series, which may have any name", () => {
    const item = seriesListItem("a#b", "c#d", "number");
    expect(item).toEqual({ series: { S: "a%23b" }, point: { S: "number#c#d" } });
    expect(decodeSeriesListItem(item)).toEqual({ name: "c#d", kind: "number" });
  });
});

describe("kindOf", () => {
  it("treats integers and floats as one kind", () => {
    expect((["int", "float", "bool", "string", "array", "object"] as const).map(kindOf)).toEqual([
      "number",
      "number",
      "bool",
      "string",
      "array",
      "object",
    ]);
  });
});
