import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { LARGER_FILES, SECOND_TIER, SECOND_TIER_FILES } from "./test-tiers.mjs";

test("each file of the second tier exists, once, with the reason", () => {
  const missing = [...SECOND_TIER_FILES, ...LARGER_FILES].filter(
    (path: string) => !existsSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url))),
  );
  expect(missing).toEqual([]);
  expect(new Set(SECOND_TIER_FILES).size).toBe(SECOND_TIER_FILES.length);
  for (const { why } of SECOND_TIER) expect(why).toMatch(/\.$/);
});
