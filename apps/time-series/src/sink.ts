import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { IN_TIME_SERIES } from "@rainhooks/extensions/in-time-series";
import { STORE_TABLES } from "@rainhooks/extensions/store-tables";
import type { ServiceOverrides, TablesSink } from "@rainhooks/sinks/dynamodb/store-services";
import { observedSink } from "@rainhooks/sinks/observed-sink";
import type { Sink } from "@rainhooks/sinks/sink";
import type { TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import type { WebhookConfig } from "@rainhooks/webhook/config";
import { timeSeries } from "./webhook.ts";

/** Makes the sink of the function: it writes readings, and does what extensions do meanwhile. */
export function makeSink(
  { resources, settings }: WebhookConfig<typeof timeSeries>,
  {
    client = new DynamoDBClient(AWS_CLIENT_OPTIONS),
    nowMs = Date.now,
    ...optional
  }: ServiceOverrides = {},
): Sink<TimeSeriesEvent> {
  const services = { client, resources, nowMs };
  const extensions = IN_TIME_SERIES.map((make) => make(services));
  const makeTables: TablesSink<TimeSeriesEvent> = (nameOf) =>
    timeSeriesSink({
      client,
      tableName: nameOf(resources.timeSeries),
      rollupsTableName: nameOf(resources.rollups),
      nowMs,
      retentionDays: settings.retentionDays,
      extensions,
      ...optional,
    });
  const [sink = makeTables((table) => table)] = STORE_TABLES.flatMap(
    (tables) => tables(timeSeries.name, services, makeTables) ?? [],
  );
  return observedSink(sink, extensions);
}
