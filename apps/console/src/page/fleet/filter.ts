import { place } from "../shared/place.ts";

/** Parameters of the address that select nodes. They have the names of the query's. */
export const FILTER_NAMES = ["state", "firmware", "type", "tag", "user", "match"] as const;

/** A parameter that selects nodes. */
export type FilterName = (typeof FILTER_NAMES)[number];

/** The selected nodes, and the order in which the stage lists them. */
export type Filter = Readonly<Partial<Record<FilterName | "order", string>>>;

/** Reads the filter from the address. */
export function currentFilter(): Filter {
  const { params } = place.value;
  const order = params["sort"] === "newest" && params["state"] !== "online" ? "newest" : undefined;
  return {
    ...Object.fromEntries(FILTER_NAMES.flatMap((name) => (params[name] ? [[name, params[name]]] : []))),
    ...(order === undefined ? {} : { order }),
  };
}

/** True if the stage has to look at every node to find the selected ones. */
export function isCostly({ firmware, type, tag, user, match }: Filter): boolean {
  return [firmware, type, tag, user, match].some((one) => one !== undefined);
}
