import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import { knownSlots, slotTableName } from "@rainhooks/dynamodb";
import { nodeStatusSink } from "@rainhooks/node-status";
import { slotSink } from "@rainhooks/sinks";
import { nodeMarks, notingProgress } from "@rainhooks/watch";
import { eventHandler } from "@rainhooks/webhook";
import { nodeStatus } from "./webhook.ts";

export const handler = eventHandler(nodeStatus, ({ resources, settings }) => {
  const client = new DynamoDBClient(AWS_CLIENT_OPTIONS);
  const slots = knownSlots({ client, tableName: resources.tableSlots, nowMs: Date.now });
  const marks = nodeMarks({ client, tableName: resources.watchRules });
  const sink = slotSink(
    () => slots(nodeStatus.name),
    (slot) =>
      nodeStatusSink({
        client,
        tableName: slotTableName(resources.nodeStatus, slot),
        timelineTableName: slotTableName(resources.nodeTimeline, slot),
        timelineDays: settings.timelineDays,
        seenIntervalMs: settings.seenIntervalS * 1000,
        marks,
      }),
  );
  return notingProgress(sink, { client, tableName: resources.alarms }, nodeStatus.name, {
    isWanted: async (publishedMs) => (await marks(publishedMs)) !== undefined,
  });
});
