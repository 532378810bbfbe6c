import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { timeSeriesSink } from "@rainhooks/time-series";
import { eventHandler } from "@rainhooks/webhook";
import { timeSeries } from "./webhook.ts";

export const handler = eventHandler(timeSeries, ({ resources, settings }) =>
  timeSeriesSink({
    client: new DynamoDBClient({}),
    tableName: resources.table,
    rollupsTableName: resources.rollups,
    nowMs: Date.now,
    retentionDays: settings.retentionDays,
  }),
);
