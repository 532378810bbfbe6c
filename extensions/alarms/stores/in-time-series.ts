import type { StoreServices } from "@rainhooks/sinks/dynamodb/store-services";
import type { TimeSeriesExtension } from "@rainhooks/time-series/extension";
import { seriesMarks } from "../stores/needs-evaluation.ts";
import { noteProgress } from "../sweep/progress.ts";
import { markOf } from "./marked-nodes.ts";

/** Marks the series that a sweep has to look at, and notes how far time series have come. */
export function alarmsInTimeSeries({
  client,
  resources,
  nowMs,
}: StoreServices): TimeSeriesExtension {
  const { watchRules, alarms } = resources;
  if (watchRules === undefined || alarms === undefined) return {};
  const marks = seriesMarks({ client, tableName: watchRules }, nowMs);
  return {
    beforeBatch: async (publishedMs) => {
      const isMarked = await marks(publishedMs);
      if (isMarked === undefined) return undefined;
      return (series) =>
        isMarked(series.name, series.records, nowMs()) ? markOf(series, nowMs()) : {};
    },
    afterBatch: noteProgress({ client, tableName: alarms }, "time-series", marks, nowMs),
  };
}
