import { expect, test } from "@jest/globals";
import { appliesTo, holdsFor } from "./condition.ts";
import { conditionMistake } from "./language.ts";

const NODE = { id: "kitchen", type: "thermostat", firmware: "1.2.0", tags: ["site:pune", "floor:2"] };

test.each([
  [undefined, true],
  ['node.type == "thermostat"', true],
  ['node.type == "light"', false],
  ['"site:pune" in node.tags', true],
  ['"site:goa" in node.tags || node.firmware.startsWith("1.")', true],
  ['node.type.contains("mos") && node.type.endsWith("stat")', true],
  ["node.id.lowerAscii() == 'kitchen' && size(node.tags) == 2", true],
  ["double(size(node.tags)) > 1.5 && int(2.0) == size(node.tags)", true],
  ['node.model == "X"', "unknown"],
  ['has(node.model) && node.model == "X"', false],
  ['!(node.model == "X")', "unknown"],
] as const)("where %s: %s", (where, verdict) => {
  expect(appliesTo(where, NODE)).toBe(verdict);
});

test.each([
  ["value > 30", 31, true],
  ["value == 1", 1, true],
  ["value * 2 > 3.5", 1.7, false],
  ["value > 30", "31", "unknown"],
  ["truth", true, true],
  ['text == "error"', "error", true],
  ["value + 1 == 3.0", 2, true],
  ["value - 1 == 3", 4, true],
  ["value * 3 == 6.0", 2, true],
  ["value / 4 == 0.5", 2, true],
  ["value == 2", 3, false],
  ['text == ""', 7, "unknown"],
  ["truth", "true", "unknown"],
  ['value > 30 && node.type == "thermostat"', 31, true],
] as const)("when %s is asked of %s: %s", (when, value, verdict) => {
  expect(conditionMistake(when, "value")).toBeUndefined();
  expect(holdsFor(when, value, NODE)).toBe(verdict);
});

test("a condition may ask for many tags of a node with a thousand long ones", () => {
  const tags = Array.from({ length: 1000 }, (_, index) => `tag:${index}:${"x".repeat(100)}`);
  const where = Array.from({ length: 12 }, (_, index) => `"no:${index}" in node.tags`).join(" || ");
  expect(conditionMistake(where, "node")).toBeUndefined();
  expect(appliesTo(where, { ...NODE, tags })).toBe(false);
  expect(appliesTo(where, { ...NODE, tags: [...tags, "no:11"] })).toBe(true);
});

test("a condition may have 1,000 characters, and names what it may call", () => {
  const long = `node.id == "${"x".repeat(1000)}"`;
  expect(conditionMistake(`${long.slice(0, 999)}"`, "node")).toBeUndefined();
  expect(conditionMistake(long, "node")).toMatch(/up to 1000 characters, not 1013/);
  expect(conditionMistake('node.id.matches("a")', "node")).toBe(
    "must not call matches. What can be called: contains, startsWith, endsWith, size, has, lowerAscii, double, int",
  );
  expect(conditionMistake("hash(node.id) == 1", "node")).toMatch(/must not call hash/);
});

test("more than 500 conditions are compiled again, not kept", () => {
  for (let count = 0; count < 600; count++) expect(appliesTo(`node.id == "${count}"`, NODE)).toBe(false);
});
