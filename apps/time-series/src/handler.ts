import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import { knownSlots, slotTableName } from "@rainhooks/dynamodb";
import { slotSink } from "@rainhooks/sinks";
import { timeSeriesSink } from "@rainhooks/time-series";
import { seriesMarks } from "@rainhooks/watch";
import { eventHandler } from "@rainhooks/webhook";
import { timeSeries } from "./webhook.ts";

export const handler = eventHandler(timeSeries, ({ resources, settings }) => {
  const client = new DynamoDBClient(AWS_CLIENT_OPTIONS);
  const slots = knownSlots({ client, tableName: resources.tableSlots, nowMs: Date.now });
  const marks = seriesMarks({ client, tableName: resources.watchRules });
  return slotSink(
    () => slots(timeSeries.name),
    (slot) =>
      timeSeriesSink({
        client,
        tableName: slotTableName(resources.timeSeries, slot),
        rollupsTableName: slotTableName(resources.rollups, slot),
        nowMs: Date.now,
        retentionDays: settings.retentionDays,
        marks,
      }),
  );
});
