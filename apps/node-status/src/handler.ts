import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import { nodeStatusSink } from "@rainhooks/node-status";
import { nodeMarks, notingProgress } from "@rainhooks/watch";
import { eventHandler } from "@rainhooks/webhook";
import { nodeStatus } from "./webhook.ts";

export const handler = eventHandler(nodeStatus, ({ resources, settings }) => {
  const client = new DynamoDBClient(AWS_CLIENT_OPTIONS);
  const marks = nodeMarks({ client, tableName: resources.watchRules });
  const sink = nodeStatusSink({
    client,
    tableName: resources.nodeStatus,
    timelineTableName: resources.nodeTimeline,
    timelineDays: settings.timelineDays,
    seenIntervalMs: settings.seenIntervalS * 1000,
    marks,
  });
  return notingProgress(sink, { client, tableName: resources.alarms }, nodeStatus.name, {
    isWanted: async (publishedMs) => (await marks(publishedMs)) !== undefined,
  });
});
