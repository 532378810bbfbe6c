import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lambda-node.mjs";

const FILE = join(import.meta.dirname, "budgets.json");
export const PAGE = join(ROOT, "docs/budgets.md");

/** Reads the budgets: lines of code by part. */
export function readBudgets() {
  return new Map(Object.entries(JSON.parse(readFileSync(FILE, "utf8"))));
}

/** Writes budgets, and the page that lists them beside what the parts have. */
export function writeBudgets(budgets, parts) {
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries([...budgets].sort()), undefined, 2)}\n`);
  writeFileSync(PAGE, budgetsPage(budgets, parts));
}

/**
 * Returns budgets that are lowered to what the parts have. None is raised, and a part that is gone has none.
 */
export function lowered(budgets, parts) {
  return new Map(
    [...budgets].flatMap(([part, budget]) => {
      const count = parts.get(part);
      return count === undefined ? [] : [[part, Math.min(budget, count)]];
    }),
  );
}

/** Returns a sentence for each part whose budget is not what it has. */
export function mistakesOf(budgets, parts) {
  return [...new Set([...budgets.keys(), ...parts.keys()])].sort().flatMap((part) => {
    const [budget, count] = [budgets.get(part), parts.get(part) ?? 0];
    if (count === budget) return [];
    if (budget === undefined) return [`${part} has ${count} lines of code and no budget.`];
    return count > budget
      ? [`${part} has ${count} lines of code, ${count - budget} more than its budget.`]
      : [`${part} has ${count} lines of code: npm run budgets -- --lower lowers its budget of ${budget}.`];
  });
}

const HEAD = `# Budgets

How many lines of code each part of this repository has, and how many it may have. A test compares them. A budget is what its part had
when it was set, to the line. It only falls: \`npm run budgets -- --lower\` lowers it to what the part has. A budget that rises because another
one falls is changed in \`tools/build/src/budgets/budgets.json\`, both in one commit that gives the reason.

A part is a workspace, a folder of \`extensions\`, or a folder such as \`docs\`. A line of code is neither blank nor only comment. A line of
more than 110 columns counts once for each 110 begun. Tests (\`*.test.ts\`), Markdown, JSON and patches are not counted.

`;

/** Returns the text of the page with the parts, their lines of code and their budgets. */
export function budgetsPage(budgets, parts) {
  return HEAD + tableOf(budgets, parts);
}

/** Returns a table in Markdown: parts, largest first, and their sum. */
export function tableOf(budgets, parts) {
  const sums = [parts, budgets].map((counts) => [...counts.values()].reduce((sum, one) => sum + one, 0));
  const names = [...parts.keys()].sort((a, b) => parts.get(b) - parts.get(a) || (a < b ? -1 : 1));
  const rows = [
    ["part", "lines of code", "budget"],
    ...names.map((part) => [`\`${part}\``, parts.get(part), budgets.get(part) ?? "none"]),
    ["all", ...sums],
  ].map((row) => row.map(String));
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const [head, ...body] = rows.map(
    ([part, ...numbers]) =>
      `| ${part.padEnd(widths[0])} | ${numbers.map((text, index) => text.padStart(widths[index + 1])).join(" | ")} |\n`,
  );
  const [first, ...others] = widths.map((width) => "-".repeat(width));
  return `${head}| ${first} |${others.map((line) => ` ${line.slice(1)}: |`).join("")}\n${body.join("")}`;
}
