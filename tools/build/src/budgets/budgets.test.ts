import { expect, test } from "@jest/globals";
import { maxTokens, mistakeOf, readBudget } from "./budgets.mjs";
import { longComments } from "./comments.mjs";
import { measureParts, partOf } from "./parts.mjs";
import { countTokens } from "./tokens.mjs";

const measured = measureParts();

test("all code has no more tokens than its budget, and its budget is no more than a little above them", () => {
  const tokens = [...measured.parts.values()].reduce((sum, part) => sum + part.tokens, 0);
  expect(tokens).toBeGreaterThan(500_000);
  expect(mistakeOf(readBudget(), tokens)).toBeUndefined();
});

test("comments have at most 100 columns", () => {
  expect(measured.longComments).toEqual([]);
});

test("a raise adds to the budget, and what exceeds it or is far below it is a mistake", () => {
  const budget = { tokens: 5000, raises: [{ tokens: 200, reason: "a test" }] };
  expect(maxTokens(budget)).toBe(5200);
  expect(mistakeOf(budget, 5200)).toBeUndefined();
  expect(mistakeOf(budget, 4200)).toBeUndefined();
  expect(mistakeOf(budget, 5201)).toContain("5201 tokens, 1 more than its budget");
  expect(mistakeOf(budget, 4199)).toContain("npm run budgets -- --lower lowers its budget of 5200");
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
  ["a declaration", "a.ts", "const a = 1;", 5],
  ["a list with a comma at its end", "a.ts", "f([a, b,],);", 9],
  ["comments around code", "a.ts", "/** x */ a(); // y\n/* z\n */", 4],
  ["a template with two expressions", "a.ts", `f(a, \`b \${c} d \${{ e }.e}\`);`, 15],
  [
    "slashes that divide, and an expression in slashes",
    "a.ts",
    "const r = /a\\/[/]`/g.test(x) ? a / b : c / d;",
    18,
  ],
  [
    "a keyword as a name, and one before an expression",
    "a.ts",
    "return /x/.test(a.return / get / 2);",
    14,
  ],
  ["comparison, shift and types", "a.ts", "if (a >= b && c >>> 2) f<Map<A, B[]>>(g < h);", 27],
  [
    "elements with texts, attributes and code",
    "a.tsx",
    `a = <p b="x" c-d={() => \`\${e}\`}>It's {f > g ? <i /> : <></>} /x/</p>;`,
    39,
  ],
  [
    "types before parameters in a file with elements",
    "a.tsx",
    "const f = <T,>(x: T): T[] => x;",
    19,
  ],
  [
    "a spread, an object and a decorated class",
    "a.ts",
    "@d class A { #b = { ...c, default: /x/ }; }",
    17,
  ],
  ["a style sheet", "a.css", "/* x\n */\na {\n  b: url(x);\n}\n", 10],
])("%s: tokens are counted", (_, path, text, tokens) => {
  expect(countTokens(path, text).tokens).toBe(tokens);
});

test("lines are those on which a token begins", () => {
  expect(countTokens("a.ts", "\n// x\na(\n  `b\n  c`, // y\n);\n/** z\n */\n").lines).toBe(4);
});

test("a comment is too long with 101 columns, unless a tool wants it in one line or nothing in it can be broken", () => {
  const words = "a ".repeat(60).slice(0, 96);
  expect(longComments(` // ${words}`)).toEqual([]);
  expect(longComments(`\n // ${words}b\n/**\n * ${words}bcd\n */\n`)).toEqual([2, 4]);
  expect(longComments(`a(); // ${words}`)).toEqual([1]);
  expect(
    longComments(
      `// biome-ignore lint/a: ${words}\n// https://x.example/${words.replaceAll(" ", "/")}`,
    ),
  ).toEqual([]);
});
