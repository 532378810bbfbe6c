import { describe, expect, it, test } from "@jest/globals";
import { moveRange, readRange, zoomRange } from "./range.ts";

const NOW_MS = Date.UTC(2026, 10, 24, 12, 0, 30);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("the range of a node's page", () => {
  it("the range is the last day, to the minute", () => {
    const toMs = Date.UTC(2026, 10, 24, 12, 1);
    expect(readRange({}, NOW_MS, NOW_MS)).toEqual({ fromMs: toMs - DAY_MS, toMs, name: "24h" });
  });

  it("the range of a node that was not seen recently is where its data is, unless a range is given", () => {
    const lastMs = NOW_MS - 30 * DAY_MS;
    const { fromMs, toMs, name } = readRange({}, NOW_MS, lastMs);
    expect(name).toBeUndefined();
    expect(fromMs < lastMs && lastMs < toMs && toMs - lastMs <= 2 * HOUR_MS).toBe(true);
    expect(readRange({ range: "1h" }, NOW_MS, lastMs).name).toBe("1h");
  });

  test.each([
    [{ from: "x", to: "2" }],
    [{ from: "2000", to: "1000" }],
    [{ from: "1000", to: "1001" }],
    [{ from: "1", to: "9999999999999999" }],
    [{ range: "constructor" }],
  ])("the range ignores %j", (params) => {
    expect(readRange(params, NOW_MS, NOW_MS).name).toBe("24h");
  });

  it("the range can be moved and zoomed, within limits", () => {
    const range = { fromMs: 1_000_000_000, toMs: 1_000_000_000 + HOUR_MS };
    expect(moveRange(range, 1)).toMatchObject({ from: String(range.fromMs + HOUR_MS / 2) });
    expect(readRange(zoomRange(range, 0.5), NOW_MS, NOW_MS).toMs - range.fromMs).toBe(
      (3 * HOUR_MS) / 4,
    );
    let current = range;
    for (let times = 0; times < 99; times += 1)
      current = readRange(zoomRange(current, 0.5), NOW_MS, NOW_MS);
    expect(current.toMs - current.fromMs).toBe(60_000);
  });
});
