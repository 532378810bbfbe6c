import { expect, test } from "@jest/globals";
import { timesOf } from "./verify-tables.ts";

const DAY_MS = 86_400_000;
const LAST_MS = 10 * DAY_MS;

test.each([
  ["whose subscriptions never changed", {}, 0, { fromMs: undefined }],
  ["whose subscriptions changed", {}, 5 * DAY_MS, { fromMs: 5 * DAY_MS, isSinceChange: true }],
  ["with a time that was asked for", { fromMs: 1 }, 5 * DAY_MS, { fromMs: 1 }],
  ["of a sample", { sample: 3 }, 5 * DAY_MS, { fromMs: 9 * DAY_MS }],
  [
    "of a sample after a change",
    { sample: 3 },
    LAST_MS - 1,
    { fromMs: LAST_MS - 1, isSinceChange: true },
  ],
  ["whose subscriptions are of an unknown age", {}, Number.MAX_SAFE_INTEGER, { fromMs: undefined }],
])("a verification %s begins where it can be judged", (_, question, sinceMs, expected) => {
  expect(timesOf("node-status", question, LAST_MS, sinceMs)).toEqual({
    toMs: LAST_MS,
    ...expected,
  });
});
