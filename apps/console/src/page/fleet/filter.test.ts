import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

await openDom();
const { currentFilter, longerMs, queryOf } = await import("./filter-bar.tsx");
const { setParams } = await import("@rainhooks/page/address");

test.each([
  ["10m", 600_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
  ["1w", 604_800_000],
  ["0d", undefined],
  ["1", undefined],
  ["1.5d", undefined],
  ["", undefined],
])("offline longer than %j is %s ms", (text, ms) => {
  expect(longerMs(text)).toBe(ms);
});

test("nodes that are offline longer than a time are asked for by when they went offline", () => {
  setParams({ longer: "1d", tag: "site:pune" });
  expect(queryOf(currentFilter(), 100_000_000)).toEqual({
    state: "offline",
    sinceTo: "13600000",
    tag: "site:pune",
  });
  setParams({ longer: "soon" });
  expect(queryOf(currentFilter(), 100_000_000)).toEqual({ tag: "site:pune" });
});
