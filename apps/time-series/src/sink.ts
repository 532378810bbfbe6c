import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import type { RetryPolicy } from "@rainhooks/core/retry";
import { knownSlots } from "@rainhooks/dynamodb/slots/read";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { seriesMarks } from "@rainhooks/extensions/alarms/rules/needs";
import { notingProgress } from "@rainhooks/extensions/alarms/sweep/progress";
import { slotSink } from "@rainhooks/sinks/dynamodb/slot-sink";
import type { Sink } from "@rainhooks/sinks/sink";
import type { TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import type { WebhookConfig } from "@rainhooks/webhook/config";
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
