import { describe, expect, it, test } from "@jest/globals";
import { evaluatePrefix } from "./stream.ts";

const arrivedAtMs = Date.UTC(2026, 2, 4, 5, 6, 7);

describe("evaluatePrefix", () => {
  test.each([
    ["", "2026/03/04/05/"],
    ["plain/", "plain/2026/03/04/05/"],
    ["deliveries/!{timestamp:yyyy/MM/dd/HH}/", "deliveries/2026/03/04/05/"],
    ["dt=!{timestamp:yyyy'-'MM'-'dd}/hour=!{timestamp:HH}/", "dt=2026-03-04/hour=05/"],
    ["!{timestamp:HHmmss}", "050607"],
  ])("evaluatePrefix replaces the expressions of %j", (prefix, expected) => {
    expect(evaluatePrefix(prefix, arrivedAtMs)).toBe(expected);
  });

  it("evaluatePrefix makes a new random string each time", () => {
    const one = () => evaluatePrefix("!{firehose:random-string}", arrivedAtMs);
    expect(one()).toMatch(/^[\w-]{11}$/);
    expect(one()).not.toBe(one());
  });

  test.each(["!{timestamp:QQQ}", "!{firehose:error-output-type}", "!{partitionKeyFromQuery:node}"])(
    "evaluatePrefix refuses %s",
    (prefix) => {
      expect(() => evaluatePrefix(prefix, arrivedAtMs)).toThrow("not supported");
    },
  );
});
