/*
 * Prints the estimated monthly cost of a production stage, from list prices (prices.ts) and assumptions (assumptions.ts). Check both
 * before you rely on the result.
 */
import { formatTable } from "@rainhooks/terminal";
import { costTables } from "./tables.ts";

const { byWebhook, byItem } = costTables();
for (const { headers, rows } of [byWebhook, byItem])
  console.log(
    `${formatTable(
      [...headers],
      rows.map((row) => [...row]),
    )}\n`,
  );
