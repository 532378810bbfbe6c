import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import { nodeStatusSink } from "@rainhooks/node-status";
import { eventHandler } from "@rainhooks/webhook";
import { nodeStatus } from "./webhook.ts";

export const handler = eventHandler(nodeStatus, ({ resources, settings }) =>
  nodeStatusSink({
    client: new DynamoDBClient(AWS_CLIENT_OPTIONS),
    tableName: resources.nodeStatus,
    timelineTableName: resources.nodeTimeline,
    timelineDays: settings.timelineDays,
    seenIntervalMs: settings.seenIntervalS * 1000,
  }),
);
