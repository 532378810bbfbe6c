import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { firstTier, secondTier } from "./jest-run.mjs";
import { FUZZ_FILES, LONGEST_FILES, SECOND_TIER, SECOND_TIER_FILES } from "./test-tiers.mjs";

test("each file of the second tier exists, once, with the reason", () => {
  const missing = [...SECOND_TIER_FILES, ...FUZZ_FILES, ...LONGEST_FILES].filter(
    (path: string) => !existsSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url))),
  );
  expect(missing).toEqual([]);
  expect(new Set(SECOND_TIER_FILES).size).toBe(SECOND_TIER_FILES.length);
  for (const { why } of SECOND_TIER) expect(why).toMatch(/\.$/);
});

test("what the first tier leaves out is in the second, and nothing else", () => {
  const left = firstTier().filter((word: string) => word !== "--testPathIgnorePatterns");
  const matches = (patterns: string[], path: string) =>
    patterns.some((one) => new RegExp(one).test(`/${path}`));
  for (const path of SECOND_TIER_FILES)
    expect([path, matches(left, path), matches(secondTier(), path)]).toEqual([path, true, true]);
  for (const path of FUZZ_FILES)
    expect([path, matches(left, path), matches(secondTier(), path)]).toEqual([path, false, false]);
});
