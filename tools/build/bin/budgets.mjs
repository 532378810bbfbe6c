/*
 * Prints how many tokens of code each part has, and the budget of all; with --lower, lowers the
 * budget to that: npm run budgets.
 */
import { lowerBudget, mistakeOf, readBudget, tableOf } from "../src/budgets/budgets.mjs";
import { measureParts } from "../src/budgets/parts.mjs";

const { parts } = measureParts();
const tokens = [...parts.values()].reduce((sum, part) => sum + part.tokens, 0);
if (process.argv.includes("--lower")) lowerBudget(tokens);
process.stdout.write(tableOf(readBudget(), parts));
const mistake = mistakeOf(readBudget(), tokens);
if (mistake !== undefined) {
  console.error(mistake);
  process.exitCode = 1;
}
