/** A table of costs: headers and rows. */
export interface CostTable {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The numbers of nodes for which costs are shown. */
export const FLEETS = [1000, 100_000, 1_000_000];
export const FLEET_HEADERS = ["$ per month", "1,000 nodes", "100,000 nodes", "1,000,000 nodes"];

/** Formats an amount: with cents if it is small. */
export function dollars(amount: number): string {
  return amount < 10 ? amount.toFixed(2) : Math.round(amount).toLocaleString("en-US");
}
