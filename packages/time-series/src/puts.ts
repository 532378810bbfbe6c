import type { Series } from "@rainhooks/core/decode/time-series";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { encodeGroups } from "./group.ts";
import { kindOf, type ValueKind } from "./kind.ts";
import { seriesListItem } from "./series-keys.ts";

/** The event with points. */
export type TimeSeriesEvent = RainmakerEvent<"rmaker.event.node_ts_data">;

/** What a sink knows of series when it writes them. */
export interface PutOptions {
  /** Whether the item that lists a series is there already. */
  readonly isListed: (series: string, kind: ValueKind) => boolean;
  /** Returns the groups of a series with what is noted in them. @defaultValue nothing is noted */
  readonly mark?: (
    series: Pick<Series, "name" | "records">,
    groups: readonly Attributes[],
  ) => readonly Attributes[];
}

/** Returns the items that an event puts into the table. */
export function putsOf(
  { data }: TimeSeriesEvent,
  retentionDays: number,
  { isListed, mark = (_, groups) => groups }: PutOptions,
): Attributes[] {
  return seriesOf(data).flatMap((series) => [
    ...kindsOf(series)
      .filter((kind) => !isListed(series.name, kind))
      .map((kind) => seriesListItem(data.nodeId, series.name, kind)),
    ...mark(series, encodeGroups(data.nodeId, series, retentionDays)),
  ]);
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
