import { durationMs } from "@rainhooks/core/duration-text";
import { address } from "@rainhooks/page/address";
import { Filters } from "@rainhooks/page/filters.jsx";
import { firmware } from "@rainhooks/page/fleet-facts";
import type { ListedNode, NodeList } from "./node-list.ts";

/** Parameters of the address that select nodes. They have the names of the query's. */
export const FILTER_NAMES = [
  "state",
  "longer",
  "firmware",
  "type",
  "tag",
  "user",
  "match",
] as const;

/** The selected nodes, and the order in which the stage lists them. */
export type Filter = Readonly<Partial<Record<(typeof FILTER_NAMES)[number] | "order", string>>>;

const SEARCH = [
  { name: "match", title: "Search nodes", placeholder: "Name, id, firmware, type, tag  ( / )" },
] as const;
/** Times that are proposed, and how a time is written. */
const TIMES = ["10m", "1h", "1d", "7d", "30d"];
const TIME_PATTERN = "[1-9][0-9]{0,3}[mhdw]";
const MAX_PROPOSED = 50;
/** Nodes of the list that are looked through for values to propose. */
const LOOKED_THROUGH = 1000;

/** Selects nodes: by a text, and by what they are. What is selected is in the address. */
export function FilterBar({ list }: { readonly list: NodeList }) {
  const nodes = list.rows?.nodes.slice(0, LOOKED_THROUGH) ?? [];
  const proposed = (
    of: (node: ListedNode) => string | readonly string[] | undefined,
    first: string[] = [],
  ) => {
    return [...new Set([...first, ...nodes.flatMap((node) => of(node) ?? [])])].slice(
      0,
      MAX_PROPOSED,
    );
  };
  const common = firmware.value?.firmwares.map((one) => one.firmware) ?? [];
  return (
    <Filters
      label="Nodes"
      fields={SEARCH}
      more={[
        {
          name: "firmware",
          title: "Firmware",
          values: proposed(({ config }) => config?.firmware, common),
        },
        { name: "type", title: "Type", values: proposed(({ config }) => config?.type) },
        { name: "tag", title: "Tag, such as site:goa", values: proposed(({ tags }) => tags) },
        {
          name: "user",
          title: "User",
          values: proposed(({ users }) => users.map(({ userId }) => userId)),
        },
        {
          name: "longer",
          title: "Offline longer than, such as 1d",
          values: TIMES,
          pattern: TIME_PATTERN,
        },
      ]}
    />
  );
}

/**
 * Reads how long nodes have been offline at least, such as `1d`; milliseconds, `undefined` for
 * another text.
 */
export function longerMs(text = ""): number | undefined {
  return new RegExp(`^${TIME_PATTERN}$`).test(text) ? durationMs(text) : undefined;
}

/** Returns the parameters of the query for a filter, at a time. */
export function queryOf(
  { longer, ...filter }: Filter,
  nowMs: number,
): Readonly<Record<string, string>> {
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
