import type { Series } from "@rainhooks/core/decode/time-series";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { encodeGroups } from "./group.ts";
import { kindOf, type ValueKind } from "./kind.ts";
import { seriesListItem } from "./series-keys.ts";

/** The event with points. */
export type TimeSeriesEvent = RainmakerEvent<"rmaker.event.node_ts_data">;

/** The points of a series that one event brings. */
export interface BroughtSeries extends Pick<Series, "name" | "records"> {
  readonly nodeId: string;
}

/**
 * Returns attributes for the first item of the points that an event brings to a series. A copy of
 * the event puts the same item again, so whether there are any must follow from the event alone.
 */
export type ExtensionAttributes = (series: BroughtSeries) => Attributes;

/** What a sink knows of series when it writes them. */
export interface PutOptions {
  /** Whether the item that lists a series is there already. */
  readonly isListed: (series: string, kind: ValueKind) => boolean;
  /** @defaultValue none */
  readonly extra?: readonly ExtensionAttributes[];
}

/** Returns the items that an event puts into the table. */
export function putsOf(
  { data }: TimeSeriesEvent,
  retentionDays: number,
  options: PutOptions,
): Attributes[] {
  return seriesOf(data).flatMap((series) => [
    ...kindsOf(series)
      .filter((kind) => !options.isListed(series.name, kind))
      .map((kind) => seriesListItem(data.nodeId, series.name, kind)),
    ...withExtra(
      encodeGroups(data.nodeId, series, retentionDays),
      { nodeId: data.nodeId, ...series },
      options,
    ),
  ]);
}

/** Adds the attributes of extensions to the first group. */
function withExtra(
  groups: Attributes[],
  series: BroughtSeries,
  { extra = [] }: PutOptions,
): Attributes[] {
  const [first] = groups;
  if (first !== undefined && series.nodeId !== TRIAL_NODE)
    for (const attributesOf of extra) Object.assign(first, attributesOf(series));
  return groups;
}

/** Returns the series of an event, each once. */
function seriesOf({ series }: TimeSeriesEvent["data"]): Pick<Series, "name" | "records">[] {
  return [...Map.groupBy(series, ({ name }) => name)].map(([name, some]) => {
    return { name, records: some.flatMap(({ records }) => records) };
  });
}

/** Returns the kinds of the values of a series. */
export function kindsOf({ records }: Pick<Series, "records">): ValueKind[] {
  return [...new Set(records.map(({ dataType }) => kindOf(dataType)))];
}
