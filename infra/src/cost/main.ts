/*
 * Prints the estimated monthly cost of a production stage, and of forwarding events, from list prices (prices.ts) and assumptions (assumptions.ts). Check both
 * before you rely on the result.
 */
import { formatTable } from "@rainhooks/terminal";
import type { CostTable } from "./table.ts";
import { costTables } from "./tables.ts";

if (process.argv.length > 2) {
  console.error(
    "Usage: npm run cost, without options: it prints tables for fleets of several sizes. For a fleet of your own: npm run simulate -- --nodes <number>.",
  );
  process.exit(process.argv.some((word) => word === "--help" || word === "-h") ? 0 : 2);
}

for (const { headers, rows } of Object.values<CostTable>({ ...costTables() }))
  console.log(
    `${formatTable(
      [...headers],
      rows.map((row) => [...row]),
    )}\n`,
  );
