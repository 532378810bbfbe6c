import { shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/count-text";
import { HOUR_MS } from "@rainhooks/core/durations";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { rangeOf, requireOrder } from "@rainhooks/stage/query/params/range";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";
import { settingsOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { requireDestination } from "../destinations/store.ts";
import type { MatchCount } from "./count-matches.ts";
import { forwardingOf } from "./forwarding-of.ts";
import { destinationField, FILTER_PARAMS, requestSettings } from "./setting-params.ts";

const HEADER = ["event", "wanted", "events"] as const;

const HELP = `
Examples:
  rainhooks destinations try crm
  rainhooks destinations try crm --from 1d --where 'event.type == "alert" || series["Room.Temperature"].value > 30'

What an option gives counts instead of the filter that the destination has. Nothing is changed.`;

/** Counts which archived events a destination would get. */
export const tryFilters = defineOperation({
  name: "tryFilters",
  summary:
    "Count which archived events a destination would get, by its filters or by others; it sends nothing",
  request: {
    ...{ id: destinationField, ...FILTER_PARAMS },
    ...rangeOf("an hour before the end"),
  },
  // A condition can ask for what devices have reported.
  permission: "values",
  changes: "nothing",
  command: { words: "destinations try", args: ["id"], help: HELP },
  run: async (stage, { id, from, to, ...filters }, { signal, onProgress }) => {
    const { countMatches } = await import("./count-matches.ts");
    const toMs = to ?? Date.now();
    const range = { fromMs: from ?? toMs - HOUR_MS, toMs };
    requireOrder(range.fromMs, toMs, to);
    const current = await requireDestination(forwardingOf(stage).table, id);
    const destination = readSettings({ ...settingsOf(current), ...requestSettings(filters) });
    return countMatches(stage, destination, range, { signal, onProgress });
  },
  view: {
    header: HEADER,
    rows: rowsOf,
    json: (count) => ({ ...count, byType: Object.fromEntries(sorted(count)) }),
    result: (count, { id }) => [sentence(id, count), "", formatTable(HEADER, rowsOf(count))].join("\n"),
  },
});

function sorted({ byType }: MatchCount) {
  return [...byType].sort(([a], [b]) => (a < b ? -1 : 1));
}

function rowsOf(count: MatchCount) {
  return sorted(count).map(([type, one]) => [shortType(type), one.wanted, one.events]);
}

function sentence(id: string, { events, wanted, fromMs, toMs, isIncomplete }: MatchCount): string {
  const end = isIncomplete ? "The newest are not archived yet, and not counted." : "";
  const range = `published ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
  return `${id} would have got ${wanted.toLocaleString("en")} of ${countText(events, "event")} ${range}. ${end}`.trimEnd();
}
