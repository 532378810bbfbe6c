/*
 * Prints the estimated monthly cost of a production stage, and of forwarding events, from list prices (prices.ts) and assumptions (assumptions.ts). Check both
 * before you rely on the result.
 */
import { formatTable } from "@rainhooks/terminal";
import type { CostTable } from "./table.ts";
import { costTables } from "./tables.ts";

for (const { headers, rows } of Object.values<CostTable>({ ...costTables() }))
  console.log(
    `${formatTable(
      [...headers],
      rows.map((row) => [...row]),
    )}\n`,
  );
