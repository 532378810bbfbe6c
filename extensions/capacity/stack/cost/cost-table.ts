import { type Bill, totalDollars } from "@rainhooks/stage/cost/usage";

/** A table of costs. */
export interface CostTable {
  readonly headers: string[];
  readonly rows: string[][];
}

/** Returns a table with a column for each bill, and a row for each line of the first one. */
export function billsTable(
  headers: string[],
  bills: readonly Bill<number>[],
  hasTotal: boolean,
): CostTable {
  const rows = Object.keys(bills[0] ?? {}).map((line) => [
    line,
    ...bills.map((bill) => dollars(bill[line] ?? 0)),
  ]);
  const total = ["total", ...bills.map((bill) => dollars(totalDollars(bill)))];
  return { headers, rows: hasTotal ? [...rows, total] : rows };
}

/** Formats an amount: with cents if it is small. */
export function dollars(amount: number): string {
  return amount < 10 ? amount.toFixed(2) : Math.round(amount).toLocaleString("en-US");
}
