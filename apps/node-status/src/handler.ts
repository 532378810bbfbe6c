import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { nodeStatusSink } from "@rainhooks/node-status";
import { eventHandler } from "@rainhooks/webhook";
import { nodeStatus } from "./webhook.ts";

export const handler = eventHandler(nodeStatus, ({ resources, settings }) =>
  nodeStatusSink({
    client: new DynamoDBClient({}),
    tableName: resources.table,
    timelineTableName: resources.timeline,
    timelineDays: settings.timelineDays,
    seenIntervalMs: settings.seenIntervalS * 1000,
  }),
);
