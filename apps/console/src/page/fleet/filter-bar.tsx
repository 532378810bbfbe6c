import { address, go, hrefOf, setParams } from "@rainhooks/page/address";
import { Filters } from "@rainhooks/page/filters.jsx";
import { firmware } from "@rainhooks/page/fleet-facts";
import { Select } from "@rainhooks/page/select.jsx";
import { safeText } from "@rainhooks/page/text.jsx";
import { useState } from "preact/hooks";
import { FILTER_NAMES, type FilterName, LONGER_PATTERN } from "./filter.ts";
import type { NodeList } from "./node-list.ts";

const SEARCH = [["match", "Search nodes", "Name, id, firmware, type, tag  ( / )"]] as const;
/** Filters that take any text. */
const TEXT_FILTERS = ["firmware", "type", "tag", "user", "longer"] as const;
/** How filters are called, if not by their names. */
const TITLES: Readonly<Partial<Record<FilterName, string>>> = {
  match: "contains",
  longer: "offline longer than",
};
/** Times that are proposed. */
const TIMES = ["10m", "1h", "1d", "7d", "30d"];

/** Selects nodes: by a text, by state, and by what they are. What is selected is in the address. */
export function FilterBar({ list }: { readonly list: NodeList }) {
  const { params } = address.value;
  const given = FILTER_NAMES.filter((name) => params[name] !== undefined);
  return (
    <Filters label="Nodes" fields={SEARCH}>
      <AddFilter list={list} />
      {given.map((name) => (
        <Chip key={name} name={name} value={params[name] ?? ""} />
      ))}
      {given.length > 1 && (
        <button
          type="button"
          class="plain"
          onClick={() => go(hrefOf("/", { tz: params["tz"], sort: params["sort"] }))}
        >
          Remove all
        </button>
      )}
    </Filters>
  );
}

/** Adds a filter by firmware, type, tag or user. */
function AddFilter({ list }: { readonly list: NodeList }) {
  const [name, setName] = useState<(typeof TEXT_FILTERS)[number]>("firmware");
  const add = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const value = String(new FormData(event.currentTarget).get("value") ?? "").trim();
    if (value === "") return;
    event.currentTarget.reset();
    setParams(name === "longer" ? { longer: value, state: "offline" } : { [name]: value });
  };
  return (
    <form class="add-filter" onSubmit={add}>
      <Select
        name="Filter by"
        value={name}
        of={TEXT_FILTERS.map((one) => [one, TITLES[one] ?? one] as const)}
        onChange={(value) => setName(TEXT_FILTERS.find((one) => one === value) ?? "tag")}
      />
      <input
        name="value"
        list="filter-values"
        aria-label={`Value of ${TITLES[name] ?? name}`}
        placeholder={name === "longer" ? "such as 1d" : "is …"}
        // Never left out: Preact would set it to "", which no text matches.
        pattern={name === "longer" ? LONGER_PATTERN : ".*"}
        title={name === "longer" ? "such as 30m, 2h, 1d or 1w" : ""}
        maxLength={256}
      />
      <datalist id="filter-values">
        {valuesOf(name, list).map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
      <button type="submit">Add</button>
    </form>
  );
}

const MAX_PROPOSED = 50;

/** Returns values to propose: those of the nodes that are loaded, and all common firmware. */
function valuesOf(name: (typeof TEXT_FILTERS)[number], list: NodeList): string[] {
  const nodes = list.rows?.nodes.slice(0, 1000) ?? [];
  if (name === "longer") return TIMES;
  const values = nodes.flatMap(({ config, tags, users }) => {
    if (name === "tag") return tags;
    return name === "user" ? users.map(({ userId }) => userId) : (config?.[name] ?? []);
  });
  const common = name === "firmware" ? (firmware.value?.firmwares.map((one) => one.firmware) ?? []) : [];
  return [...new Set([...common, ...values])].slice(0, MAX_PROPOSED);
}

function Chip({ name, value }: { readonly name: FilterName; readonly value: string }) {
  const shown = safeText(value, 40);
  return (
    <span class="chip">
      {TITLES[name] ?? name} <bdi>{shown}</bdi>
      <button
        type="button"
        aria-label={`Remove the filter ${name} ${shown}`}
        onClick={() => setParams({ [name]: "", ...(name === "state" ? { longer: "" } : {}) })}
      >
        ×
      </button>
    </span>
  );
}
