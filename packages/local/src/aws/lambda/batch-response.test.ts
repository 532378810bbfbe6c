import { describe, expect, test } from "@jest/globals";
import { judgeBatch } from "./record-outcomes.ts";

const BATCH = ["a", "b", "c"];
const result = (value: unknown) => ({ kind: "result" as const, result: value });
const failing = (...ids: unknown[]) =>
  result({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe("judgeBatch", () => {
  test.each([
    ["an empty list", failing(), []],
    ["a null list", result({ batchItemFailures: null }), []],
    ["an empty object", result({}), []],
    ["null", result(null), []],
    ["nothing", result(undefined), []],
    ["one failure", failing("b"), ["b"]],
    ["a failure named twice", failing("b", "b"), ["b"]],
    ["every record", failing("a", "b", "c"), BATCH],
  ])("judgeBatch accepts the response %s", (_, outcome, failed) => {
    const verdict = judgeBatch(outcome, BATCH);
    expect([...verdict.failedIds]).toEqual(failed);
    expect(verdict.reason).toBeUndefined();
  });

  test.each([
    [
      "an error",
      { kind: "error" as const, error: { errorType: "TypeError", errorMessage: "boom" } },
      "TypeError: boom",
    ],
    ["a text", result("ok"), "not an object"],
    ["a list", result([]), "not an object"],
    ["another key", result({ batchItemFailure: [] }), "no list batchItemFailures"],
    ["no list", result({ batchItemFailures: "a" }), "no list batchItemFailures"],
    ["an unknown id", failing("a", "z"), "not a record of the batch"],
    ["an empty id", failing(""), "not a record of the batch"],
    ["a null id", failing(null), "not a record of the batch"],
    [
      "a wrong key in an item",
      result({ batchItemFailures: [{ id: "a" }] }),
      "not a record of the batch",
    ],
  ])("judgeBatch fails the whole batch for %s", (_, outcome, reason) => {
    const verdict = judgeBatch(outcome, BATCH);
    expect([...verdict.failedIds]).toEqual(BATCH);
    expect(verdict.reason).toContain(reason);
  });
});
