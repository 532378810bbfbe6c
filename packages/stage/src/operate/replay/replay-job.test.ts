import { expect, test } from "@jest/globals";
import { hasSentAll, NO_COUNTS } from "./replay-job.ts";

test.each([
  [{ state: "done" }, true],
  [{ state: "done", failed: 1 }, false],
  [{ state: "done", unreadable: 1 }, false],
  [{ state: "failed" }, false],
  [{ state: "cancelled" }, false],
  [{ state: "running" }, false],
] as const)("a replay %j has sent all: %p", ({ state, ...counts }, isAll) => {
  expect(hasSentAll({ state, counts: { ...NO_COUNTS, ...counts } })).toBe(isAll);
});
