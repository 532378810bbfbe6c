import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS, type RetryPolicy } from "@rainhooks/core";
import { knownSlots, slotTableName } from "@rainhooks/dynamodb";
import { type Sink, slotSink } from "@rainhooks/sinks";
import { type TimeSeriesEvent, timeSeriesSink } from "@rainhooks/time-series";
import { notingProgress, seriesMarks } from "@rainhooks/watch";
import type { WebhookConfig } from "@rainhooks/webhook";
import { timeSeries } from "./webhook.ts";

/** What the function works with besides its configuration; the defaults are for Lambda. */
export interface SeriesSinkServices {
  readonly client?: DynamoDBClient;
  readonly nowMs?: () => number;
  readonly retry?: RetryPolicy;
}

/**
 * Makes the sink of the function: it writes readings, marks what alarm rules look for, and notes how far it
 * has come.
 */
export function makeSink(
  { resources, settings }: WebhookConfig<typeof timeSeries>,
  { client = new DynamoDBClient(AWS_CLIENT_OPTIONS), nowMs = Date.now, ...optional }: SeriesSinkServices = {},
): Sink<TimeSeriesEvent> {
  const slots = knownSlots({ client, tableName: resources.tableSlots, nowMs });
  const marks = seriesMarks({ client, tableName: resources.watchRules }, nowMs);
  const sink = slotSink(
    () => slots(timeSeries.name),
    (slot) =>
      timeSeriesSink({
        client,
        tableName: slotTableName(resources.timeSeries, slot),
        rollupsTableName: slotTableName(resources.rollups, slot),
        nowMs,
        retentionDays: settings.retentionDays,
        marks,
        ...optional,
      }),
  );
  return notingProgress(sink, { client, tableName: resources.alarms }, timeSeries.name, {
    isWanted: async (publishedMs) => (await marks(publishedMs)) !== undefined,
    nowMs,
  });
}
