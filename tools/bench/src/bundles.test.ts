import { expect, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { codeOf } from "@rainhooks/webhook/define-function";
import { sizesKib } from "./bundles.ts";

/**
 * KiB of a bundle, and of what a function loads at its start. A bundle that grows beyond this has something
 * in it that the function does not use.
 */
const MAX_KIB: Readonly<Record<string, readonly [all: number, atStart: number]>> = {
  archive: [236, 213],
  "node-status": [284, 261],
  "time-series": [264, 241],
  forward: [380, 291],
  hello: [241, 218],
  "query-api": [379, 363],
  attempts: [575, 375],
  watch: [401, 401],
  "fleet-samples": [225, 225],
  "store-work": [525, 458],
  "neo-events": [222, 199],
};

test("every bundle has a limit", () => {
  const names = new Set(SHIPPED.map(codeOf));
  expect(Object.keys(MAX_KIB).sort()).toEqual([...names].sort());
});

test.each(Object.entries(MAX_KIB))("the bundle of %s is small", async (name, [all, atStart]) => {
  const { kib, startKib } = await sizesKib(bundleDir(name));
  expect(startKib).toBeGreaterThan(50);
  expect(kib).toBeLessThanOrEqual(all);
  expect(startKib).toBeLessThanOrEqual(atStart);
});
