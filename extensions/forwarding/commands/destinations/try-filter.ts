import { shortType } from "@rainhooks/core/catalog";
import { counted } from "@rainhooks/core/counted";
import { formatted, print } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { readRequest } from "@rainhooks/stage/operations/read-request";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { settingsOf } from "../../destinations/destination-item.ts";
import { readSettings } from "../../destinations/read-settings.ts";
import { countWanted, type WantedCount } from "../../operations/count-wanted.ts";
import { forwardingOf, requireDestination } from "../../operations/forwarding-of.ts";
import { FILTER_PARAMS, givenSettings } from "../../operations/setting-params.ts";
import { withDestinationOptions } from "./option-names.ts";

/** Options of `destinations try`. */
export interface TryFilterOptions extends StageSelection {
  readonly from: number;
  readonly to?: number | undefined;
  readonly json?: boolean | undefined;
  readonly [filter: string]: unknown;
}

/**
 * Counts which of the archived events of a time a destination would get, by its filters or by those that are
 * given instead. It sends nothing.
 */
export async function tryCommand(id: string, options: TryFilterOptions): Promise<void> {
  const { from: fromMs, to: toMs = Date.now() } = options;
  const filters = Object.fromEntries(Object.keys(FILTER_PARAMS).map((name) => [name, options[name]]));
  const given = await withDestinationOptions(() =>
    givenSettings(readRequest(FILTER_PARAMS, filters, { nowMs: Date.now(), door: "terminal" })),
  );
  const reached = await reachStage(options);
  const current = await requireDestination(forwardingOf(reached), id);
  const count = await withDestinationOptions(() => {
    const destination = readSettings({ ...settingsOf(current), ...given });
    return countWanted(reached, destination, { fromMs, toMs });
  });
  const byType = [...count.byType].sort(([a], [b]) => (a < b ? -1 : 1));
  const header = ["event", "wanted", "events"];
  const rows = byType.map(([type, one]) => [shortType(type), one.wanted, one.events]);
  const value = { ...count, byType: Object.fromEntries(byType) };
  const text = () => [sentence(id, count), "", formatTable(header, rows)].join("\n");
  await print(formatted(options, { value, header, rows, text }));
}

function sentence(id: string, { events, wanted, fromMs, toMs, isIncomplete }: WantedCount): string {
  const end = isIncomplete ? "The newest are not archived yet, and not counted." : "";
  const range = `published ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
  return `${id} would have got ${wanted.toLocaleString("en")} of ${counted(events, "event")} ${range}. ${end}`.trimEnd();
}
