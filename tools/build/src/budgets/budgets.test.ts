import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { budgetsPage, lowered, mistakesOf, PAGE, readBudgets } from "./budgets.mjs";
import { linesOf } from "./lines.mjs";
import { measureParts, partOf } from "./parts.mjs";

const { parts, longComments } = measureParts();

test("each part has as many lines of code as its budget, and the page says so", () => {
  const budgets = readBudgets();
  expect(mistakesOf(budgets, parts)).toEqual([]);
  expect(readFileSync(PAGE, "utf8")).toBe(budgetsPage(budgets, parts));
});

test("comments have at most 110 columns", () => {
  expect(longComments).toEqual([]);
});

test("a budget only falls, goes with its part, and is named where it is not what its part has", () => {
  const [budgets, now] = [
    new Map(Object.entries({ a: 3, b: 3, c: 3 })),
    new Map(Object.entries({ a: 2, b: 4, d: 5 })),
  ];
  expect(mistakesOf(budgets, now)).toEqual([
    "a has 2 lines of code: npm run budgets -- --lower lowers its budget of 3.",
    "b has 4 lines of code, 1 more than its budget.",
    "c has 0 lines of code: npm run budgets -- --lower lowers its budget of 3.",
    "d has 5 lines of code and no budget.",
  ]);
  expect(Object.fromEntries(lowered(budgets, now))).toEqual({ a: 2, b: 3 });
});

test.each([
  ["packages/core/src/testing/a.ts", "packages/core"],
  ["infra/src/a.ts", "infra"],
  ["extensions/alarms/src/a.ts", "extensions/alarms"],
  ["extensions/list.ts", "extensions"],
  ["docs/.vitepress/config.mjs", "docs"],
  ["jest.config.mjs", "."],
])("%s belongs to the part %s", (path, part) => {
  expect(partOf(path, ["extensions", "infra", "packages/core", "packages/core-b"])).toBe(part);
});

test.each([
  ["a blank line and a comment", "a.ts", "\n  // x\n/** x\n  y\n */\n", 0],
  ["a comment before code and behind it", "a.ts", "/* x */ a();\nb(); // x\n", 2],
  ["what looks like a comment in a text", "a.ts", 'a("/*");\nb();\n', 2],
  ["a long line, once for each 110 columns begun", "a.ts", `a = "${"x".repeat(330)}";\n`, 4],
  ["a style sheet", "a.css", "/* x\n */\na {\n  b: url(http://x);\n}\n", 3],
  ["a page", "a.html", "<!-- x\n -->\n<p>\n", 1],
])("%s: lines of code are counted", (_, path, text, count) => {
  expect(linesOf(path, text).count).toBe(count);
});

test("a comment is too long with 111 columns, unless a tool wants it in one line or nothing in it can be broken", () => {
  const words = "a ".repeat(60).slice(0, 106);
  const long = (text: string) => linesOf("a.ts", text).longComments;
  expect(long(` // ${words}`)).toEqual([]);
  expect(long(`\n // ${words}b\n/**\n * ${words}bcd\n */\n`)).toEqual([2, 4]);
  expect(long(`a(); // ${words}`)).toEqual([1]);
  expect(
    long(`// biome-ignore lint/a: ${words}\n// https://x.example/${words.replaceAll(" ", "/")}`),
  ).toEqual([]);
});
