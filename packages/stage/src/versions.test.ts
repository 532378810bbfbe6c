import { expect, test } from "@jest/globals";
import { belongTogether } from "./version.ts";

test.each<[string, string, boolean]>([
  ["0.2.0", "0.2.9", true],
  ["0.2.0", "0.3.0", false],
  ["0.10.0", "0.1.0", false],
  ["1.0.0", "1.4.2", true],
  ["1.4.2", "2.0.0", false],
  ["0.1.0", "1.0.0", false],
])("what version %s has written is for version %s: %s", (one, other, expected) => {
  expect([belongTogether(one, other), belongTogether(other, one)]).toEqual([expected, expected]);
});
