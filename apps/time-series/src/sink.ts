import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import type { RetryPolicy } from "@rainhooks/core/retry";
import { knownSlots } from "@rainhooks/dynamodb/slots/read";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { IN_TIME_SERIES } from "@rainhooks/extensions/in-time-series";
import { slotSink } from "@rainhooks/sinks/dynamodb/slot-sink";
import { observedSink } from "@rainhooks/sinks/observed-sink";
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

/** Makes the sink of the function: it writes readings, and does what extensions do meanwhile. */
export function makeSink(
  { resources, settings }: WebhookConfig<typeof timeSeries>,
  { client = new DynamoDBClient(AWS_CLIENT_OPTIONS), nowMs = Date.now, ...optional }: SeriesSinkServices = {},
): Sink<TimeSeriesEvent> {
  const slots = knownSlots({ client, tableName: resources.tableSlots, nowMs });
  const extensions = IN_TIME_SERIES.map((make) => make({ client, resources, nowMs }));
  const sink = slotSink(
    () => slots(timeSeries.name),
    (slot) =>
      timeSeriesSink({
        client,
        tableName: slotTableName(resources.timeSeries, slot),
        rollupsTableName: slotTableName(resources.rollups, slot),
        nowMs,
        retentionDays: settings.retentionDays,
        extensions,
        ...optional,
      }),
  );
  return observedSink(sink, extensions);
}
