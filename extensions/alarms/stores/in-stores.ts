import type { NodeStatusExtension } from "@rainhooks/node-status/extension";
import type { StoreServices } from "@rainhooks/sinks/dynamodb/store-services";
import type { TimeSeriesExtension } from "@rainhooks/time-series/extension";
import { nodeMarks, seriesMarks } from "../rules/needs.ts";
import { noteProgress } from "../sweep/progress.ts";
import { markOf } from "./marked-series.ts";
import { needsEvaluation } from "./needs-evaluation.ts";
import { ALARM_FIELDS, markedMs } from "./node-fields.ts";

/** Marks the rows of nodes that a sweep has to look at, and notes how far node status has come. */
export function alarmsInNodeStatus({ client, resources, nowMs }: StoreServices): NodeStatusExtension {
  const { watchRules, alarms } = resources;
  if (watchRules === undefined || alarms === undefined) return { fields: ALARM_FIELDS };
  const marks = nodeMarks({ client, tableName: watchRules }, nowMs);
  return {
    fields: ALARM_FIELDS,
    beforeBatch: async (publishedMs) => {
      const policy = await marks(publishedMs);
      if (policy === undefined) return undefined;
      return (before, after) =>
        needsEvaluation(before, after, policy, nowMs()) ? { ...after, [markedMs.name]: nowMs() } : after;
    },
    afterBatch: noteProgress({ client, tableName: alarms }, "node-status", {
      isWanted: async (atMs) => (await marks(atMs)) !== undefined,
      nowMs,
    }),
  };
}

/** Marks the series that a sweep has to look at, and notes how far time series have come. */
export function alarmsInTimeSeries({ client, resources, nowMs }: StoreServices): TimeSeriesExtension {
  const { watchRules, alarms } = resources;
  if (watchRules === undefined || alarms === undefined) return {};
  const marks = seriesMarks({ client, tableName: watchRules }, nowMs);
  return {
    beforeBatch: async (publishedMs) => {
      const isMarked = await marks(publishedMs);
      if (isMarked === undefined) return undefined;
      return (series) => (isMarked(series.name, series.records, nowMs()) ? markOf(series, nowMs()) : {});
    },
    afterBatch: noteProgress({ client, tableName: alarms }, "time-series", {
      isWanted: async (atMs) => (await marks(atMs)) !== undefined,
      nowMs,
    }),
  };
}
