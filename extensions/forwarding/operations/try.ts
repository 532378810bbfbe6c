import { countText } from "@rainhooks/core/count-text";
import { HOUR_MS } from "@rainhooks/core/durations";
import { number } from "@rainhooks/stage/numbers";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { rangeOf, requireOrder } from "@rainhooks/stage/query/params/range";
import { formatTime } from "@rainhooks/stage/terminal/format-table";
import { settingsOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { requireDestination } from "../destinations/store.ts";
import { forwardingOf } from "./forwarding-of.ts";
import { destinationField, FILTER_PARAMS, requestSettings } from "./setting-params.ts";

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
    id: destinationField,
    ...FILTER_PARAMS,
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
    result: ({ events, wanted, fromMs, toMs, isIncomplete }, { id }) => {
      const end = isIncomplete ? " The newest are not archived yet, and not counted." : "";
      const range = `published ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
      return `${id} would have got ${number(wanted)} of ${countText(events, "event")} ${range}.${end}`;
    },
  },
});
