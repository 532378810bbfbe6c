import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { kindOf } from "./kind.ts";
import {
  comparePointKeys,
  decodeSeriesListItem,
  type Point,
  pointKeyOf,
  seriesKey,
  seriesListItem,
  timeIn,
  timeKey,
} from "./series-keys.ts";

const point = { atMs: 5000, dataType: "string", value: "on" } as const;
const placeOfText = (value: string) => pointKeyOf({ ...point, value });

describe("the keys of a series", () => {
  it("the keys have the node, of which only the id is encoded, and the name", () => {
    expect(seriesKey("n/1", "a b")).toBe("n%2F1#a b");
    expect(seriesKey("a#b", "c")).toBe("a%23b#c");
  });

  it("the keys have times of 16 digits", () => {
    expect(timeKey(12)).toBe("0000000000000012");
    expect(timeIn(`${timeKey(12)}#x`)).toBe(12);
  });
});

describe("the place of a point", () => {
  it("pointKeyOf has the time, type and value of the point, and no expiry", () => {
    expect(pointKeyOf(point)).toBe('0000000000005000#string:"on"');
    expect(pointKeyOf({ ...point, expiresAtS: 7 })).toBe(pointKeyOf(point));
  });

  it("pointKeyOf has a value of up to 64 bytes, and of a longer one a digest", () => {
    const longest = "x".repeat(62);
    expect(placeOfText(longest)).toBe(`0000000000005000#string:"${longest}"`);
    expect(placeOfText(`${longest}x`)).toMatch(/^0000000000005000#string:sha256-[0-9a-f]{32}$/);
    expect(placeOfText(`${longest}x`)).not.toBe(placeOfText(`${longest}y`));
    expect(placeOfText("é".repeat(32))).toContain("sha256-");
  });

  it("point keys are sorted by time, then by the bytes of type and value", () => {
    const at = (atMs: number, value: string) => pointKeyOf({ ...point, atMs, value });
    const inOrder = [
      at(9, "b"),
      at(10, "a"),
      at(10, "a\ud7ff"),
      at(10, "\ufffd"),
      at(10, "😀"),
      at(11, ""),
    ];
    expect(inOrder.toReversed().sort(comparePointKeys)).toEqual(inOrder);
    expect(comparePointKeys(at(9, "b"), at(9, "b"))).toBe(0);
    // A longer number follows a shorter one with the same beginning.
    expect(comparePointKeys(`${timeKey(9)}#int:1`, `${timeKey(9)}#int:12`)).toBeLessThan(0);
  });

  it("two points have the same key only if both are the same", () => {
    const points: fc.Arbitrary<Point> = fc.record({
      atMs: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
      dataType: fc.constant("object" as const),
      value: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
    });
    fc.assert(
      fc.property(points, points, (a, b) => {
        const order = comparePointKeys(pointKeyOf(a), pointKeyOf(b));
        if (a.atMs !== b.atMs) expect(order < 0).toBe(a.atMs < b.atMs);
        const same = a.atMs === b.atMs && JSON.stringify(a.value) === JSON.stringify(b.value);
        expect(order === 0).toBe(same);
      }),
    );
  });
});

describe("an item of the list of series", () => {
  it("an item of the list has the kind and the series, which may have any name", () => {
    const item = seriesListItem("a#b", "c#d", "number");
    expect(item).toEqual({ series: { S: "a%23b" }, group: { S: "number#c#d" } });
    expect(decodeSeriesListItem(item)).toEqual({ name: "c#d", kind: "number" });
  });
});

describe("kindOf", () => {
  it("kindOf treats integers and floats as one kind", () => {
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
