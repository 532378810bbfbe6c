import { expect, test } from "@jest/globals";
import { boundsOf, ruleText } from "./rule-text.ts";

test("a rule is said in one line: its kind, and what it looks for, but not who is told", () => {
  const looksFor = { kind: "threshold", series: "Room.Temperature", above: 30 };
  const others = { name: "hot", description: "Too hot", severity: "high", destinations: ["crm"] };
  expect(ruleText({ ...others, ...looksFor, reAlarm: "1h", latch: true })).toBe(
    "threshold, series Room.Temperature, above 30",
  );
  expect(ruleText({ name: "n", kind: "offline" })).toBe("offline");
});

test("the bounds of a rule are the numbers that values should not cross", () => {
  expect(boundsOf({ kind: "threshold", above: 30, below: -1.5, hysteresis: 2 })).toEqual([
    { value: 30, text: "above 30" },
    { value: -1.5, text: "below -1.5" },
  ]);
  expect(boundsOf({ kind: "threshold", above: "30" })).toEqual([]);
  expect(boundsOf({ kind: "offline", for: "10m" })).toEqual([]);
});
