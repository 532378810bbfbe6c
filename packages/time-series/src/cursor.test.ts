import { describe, expect, it, test } from "@jest/globals";
import { isCursorOf } from "./cursor.ts";
import { pointKeyOf, timeKey } from "./series-keys.ts";

const range = { fromMs: 1_000, toMs: 2_000 };

describe("the cursor of a page of points", () => {
  const isPlace = (cursor: string) => isCursorOf(cursor, { ...range, aggregate: "raw" });

  it("the cursor of points is a point in the range: from its beginning, and before its end", () => {
    expect(isPlace(`${timeKey(1_000)}#float:1`)).toBe(true);
    expect(isPlace(`${timeKey(1_999)}#float:1`)).toBe(true);
    expect(isPlace(`${timeKey(999)}#float:1`)).toBe(false);
    expect(isPlace(`${timeKey(2_000)}#float:1`)).toBe(false);
    // A key always has something after the sign, so that the bare time of the beginning comes
    // before all points.
    expect(isPlace(`${timeKey(1_000)}#`)).toBe(true);
  });

  it("the cursor of points has at most 128 bytes", () => {
    const start = `${timeKey(1_000)}#`;
    expect(isPlace(start.padEnd(128, "x"))).toBe(true);
    expect(isPlace(start.padEnd(129, "x"))).toBe(false);
    expect(isPlace(start.padEnd(127, "x").concat("é"))).toBe(false);
  });

  it("the cursor of points accepts the key of every point, with a value of any length", () => {
    for (const value of ["", "é".repeat(31), "é".repeat(32), "x".repeat(5000)]) {
      expect(isPlace(pointKeyOf({ atMs: 1_500, dataType: "string", value }))).toBe(true);
    }
  });

  test.each([
    "",
    "1500",
    `x${timeKey(1_500)}#float:1`,
    timeKey(1_500),
    "#",
    "0000000000001500x#",
    "00000000000001500#",
  ])("the cursor of points is not %j", (cursor) => {
    expect(isPlace(cursor)).toBe(false);
  });
});

describe("the cursor of a page of windows", () => {
  const isPlace = (cursor: string) => isCursorOf(cursor, { ...range, aggregate: "avg" });

  it("the cursor of windows is the beginning of a window, which may be before the range", () => {
    for (const cursor of ["0", "-3600000", "1500", "9".repeat(16)])
      expect([cursor, isPlace(cursor)]).toEqual([cursor, true]);
  });

  test.each([
    "",
    "-",
    "1e3",
    "1.5",
    " 1",
    "1 ",
    "x1",
    "9".repeat(17),
    "--1",
    `${timeKey(1_500)}#float:1`,
  ])("the cursor of windows is not %j", (cursor) => {
    expect(isPlace(cursor)).toBe(false);
  });
});
