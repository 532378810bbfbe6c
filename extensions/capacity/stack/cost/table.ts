/** The numbers of nodes for which costs are shown. */
export const FLEETS = [1000, 100_000, 1_000_000];
/** Returns the headers of a table of fleets. */
export function fleetHeaders(fleets: readonly number[]): string[] {
  return ["$ per month", ...fleets.map((nodes) => `${nodes.toLocaleString("en-US")} nodes`)];
}

export const FLEET_HEADERS = fleetHeaders(FLEETS);

/** Formats an amount: with cents if it is small. */
export function dollars(amount: number): string {
  return amount < 10 ? amount.toFixed(2) : Math.round(amount).toLocaleString("en-US");
}

/** Formats a number without its fraction. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
