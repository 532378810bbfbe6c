import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import { timeSeriesSink } from "@rainhooks/time-series";
import { seriesMarks } from "@rainhooks/watch";
import { eventHandler } from "@rainhooks/webhook";
import { timeSeries } from "./webhook.ts";

export const handler = eventHandler(timeSeries, ({ resources, settings }) => {
  const client = new DynamoDBClient(AWS_CLIENT_OPTIONS);
  return timeSeriesSink({
    client,
    tableName: resources.timeSeries,
    rollupsTableName: resources.rollups,
    nowMs: Date.now,
    retentionDays: settings.retentionDays,
    marks: seriesMarks({ client, tableName: resources.watchRules }),
  });
});
