import { durationMs } from "@rainhooks/core/duration-text";
import { address } from "@rainhooks/page/address";

/** Parameters of the address that select nodes. They have the names of the query's. */
export const FILTER_NAMES = ["state", "longer", "firmware", "type", "tag", "user", "match"] as const;

/** A parameter that selects nodes. */
export type FilterName = (typeof FILTER_NAMES)[number];

/** The selected nodes, and the order in which the stage lists them. */
export type Filter = Readonly<Partial<Record<FilterName | "order", string>>>;

/** Regular expression of a time that is given for `longer`, such as `30m`, `2h`, `1d` or `1w`. */
export const LONGER_PATTERN = "[1-9][0-9]{0,3}[mhdw]";
const LONGER = new RegExp(`^${LONGER_PATTERN}$`);

/**
 * Reads how long nodes have been offline at least, such as `1d`; milliseconds, `undefined` for another text.
 */
export function longerMs(text = ""): number | undefined {
  return LONGER.test(text) ? durationMs(text) : undefined;
}

/** Returns the parameters of the query for a filter, at a time. */
export function queryOf({ longer, ...filter }: Filter, nowMs: number): Readonly<Record<string, string>> {
  const ms = longerMs(longer);
  return ms === undefined ? filter : { ...filter, state: "offline", sinceTo: String(nowMs - ms) };
}

/** Reads the filter from the address. */
export function currentFilter(): Filter {
  const { params } = address.value;
  const isLong = longerMs(params["longer"]) !== undefined;
  const order = params["sort"] === "state" && params["state"] !== "online" ? "newest" : undefined;
  const given = FILTER_NAMES.filter((name) => params[name] && (name !== "longer" || isLong));
  return {
    ...Object.fromEntries(given.map((name) => [name, params[name]])),
    ...(order === undefined ? {} : { order }),
  };
}

/** True if the stage has to look at every node to find the selected ones. */
export function isCostly({ firmware, type, tag, user, match }: Filter): boolean {
  return [firmware, type, tag, user, match].some((one) => one !== undefined);
}
