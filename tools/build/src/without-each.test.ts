import { expect, test } from "@jest/globals";
import { checkWithout, readExtensions, setsToDelete } from "./extensions.mjs";
import { ROOT } from "./lambda-node.mjs";

test("a tree without any one extension and those that need it type-checks", () => {
  const found = [...checkWithout(ROOT, setsToDelete(readExtensions(ROOT)))];
  expect(found.filter(({ errors }) => errors.length > 0)).toEqual([]);
  expect(found.length).toBeGreaterThan(2);
});
