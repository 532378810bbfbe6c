/*
 * Prints how many lines of code each part has, and its budget; with --lower, lowers the budgets to that: npm
 * run budgets.
 */
import { lowered, mistakesOf, readBudgets, tableOf, writeBudgets } from "../src/budgets/budgets.mjs";
import { measureParts } from "../src/budgets/parts.mjs";

const { parts } = measureParts();
if (process.argv.includes("--lower")) writeBudgets(lowered(readBudgets(), parts), parts);
const budgets = readBudgets();
process.stdout.write(tableOf(budgets, parts));
for (const mistake of mistakesOf(budgets, parts)) {
  console.error(mistake);
  process.exitCode = 1;
}
