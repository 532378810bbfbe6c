import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = join(import.meta.dirname, "budget.json");
/** How far the code may be under its budget before somebody has to lower it. */
const SLACK = 1000;

/**
 * Reads the budget: how many tokens all code had when it was set, and each raise since with its
 * reason.
 */
export function readBudget() {
  return JSON.parse(readFileSync(FILE, "utf8"));
}

/** Writes a budget that is lowered to what the code has; its raises stay. */
export function lowerBudget(tokens) {
  const budget = readBudget();
  const excess = Math.max(0, maxTokens(budget) - tokens);
  writeFileSync(
    FILE,
    `${JSON.stringify({ ...budget, tokens: budget.tokens - excess }, undefined, 2)}\n`,
  );
}

/** Returns how many tokens the code may have. */
export function maxTokens({ tokens, raises }) {
  return raises.reduce((sum, raise) => sum + raise.tokens, tokens);
}

/** Returns what is wrong with the sum of tokens, if anything is. */
export function mistakeOf(budget, tokens) {
  const max = maxTokens(budget);
  if (tokens > max)
    return `The code has ${tokens} tokens, ${tokens - max} more than its budget: take something away, or add a raise with its reason to tools/build/src/budgets/budget.json.`;
  if (tokens < max - SLACK)
    return `The code has ${tokens} tokens: npm run budgets -- --lower lowers its budget of ${max}.`;
  return undefined;
}

/**
 * Returns a table in Markdown: parts with their tokens and lines, largest first, their sum, and the
 * raises.
 */
export function tableOf(budget, parts) {
  const all = { tokens: 0, lines: 0 };
  for (const { tokens, lines } of parts.values()) {
    all.tokens += tokens;
    all.lines += lines;
  }
  const rows = [...parts].sort(([, a], [, b]) => b.tokens - a.tokens);
  return [
    "| part | tokens | lines | tokens a line |",
    "| --- | ---: | ---: | ---: |",
    ...[...rows, ["all", all]].map(
      ([part, { tokens, lines }]) =>
        `| ${part} | ${tokens} | ${lines} | ${(tokens / lines).toFixed(1)} |`,
    ),
    `| budget | ${maxTokens(budget)} | | |`,
    ...budget.raises.map(({ tokens, reason }) => `| raised by | ${tokens} | | ${reason} |`),
    "",
  ].join("\n");
}
