import { expect, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-webhook-list";
import { bundleDir } from "@rainhooks/app-webhook-list/bundles";
import { sizesKib } from "./bundles.ts";

/** A bundle that grows beyond this has something in it that the function does not use. */
const MAX_KIB = 280;

test.each(SHIPPED.map(({ name }) => name))("the bundle of %s is small", async (name) => {
  const [, kib = Number.NaN] = await sizesKib(bundleDir(name));
  expect(kib).toBeGreaterThan(50);
  expect(kib).toBeLessThanOrEqual(MAX_KIB);
});
