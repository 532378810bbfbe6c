import { existsSync, globSync } from "node:fs";
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

test("the second tier has what the first tier leaves out, and nothing else", () => {
  const left = firstTier().filter((word: string) => word !== "--testPathIgnorePatterns");
  const matches = (patterns: string[], path: string) =>
    patterns.some((one) => new RegExp(one).test(`/${path}`));
  const cwd = fileURLToPath(new URL("../../..", import.meta.url));
  const all = globSync(
    "{packages/*/src,apps/*/src,infra/src,extensions,tools/*/src}/**/*.test.{ts,tsx}",
    {
      cwd,
    },
  ).map((path) => path.replaceAll("\\", "/"));
  expect(all.length).toBeGreaterThan(400);
  const second = SECOND_TIER_FILES.toSorted();
  expect(all.filter((path) => matches(left, path)).toSorted()).toEqual(second);
  expect(all.filter((path) => matches(secondTier(), path)).toSorted()).toEqual(second);
});
