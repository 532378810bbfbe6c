import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import { timeSeriesSink } from "@rainhooks/time-series";
import { eventHandler } from "@rainhooks/webhook";
import { timeSeries } from "./webhook.ts";

export const handler = eventHandler(timeSeries, ({ resources, settings }) =>
  timeSeriesSink({
    client: new DynamoDBClient(AWS_CLIENT_OPTIONS),
    tableName: resources.timeSeries,
    rollupsTableName: resources.rollups,
    nowMs: Date.now,
    retentionDays: settings.retentionDays,
  }),
);
