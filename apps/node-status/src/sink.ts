import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS, type RainmakerEvent, type RetryPolicy } from "@rainhooks/core";
import { knownSlots, slotTableName } from "@rainhooks/dynamodb";
import { nodeStatusSink } from "@rainhooks/node-status";
import { type Sink, slotSink } from "@rainhooks/sinks";
import { nodeMarks, notingProgress } from "@rainhooks/watch";
import type { WebhookConfig } from "@rainhooks/webhook";
import { nodeStatus } from "./webhook.ts";

/** What the function works with besides its configuration; the defaults are for Lambda. */
export interface Services {
  readonly client?: DynamoDBClient;
  readonly nowMs?: () => number;
  readonly retry?: RetryPolicy;
}

/**
 * Makes the sink of the function: it writes node status, marks what alarm rules look for, and notes how far
 * it has come.
 */
export function makeSink(
  { resources, settings }: WebhookConfig<typeof nodeStatus>,
  { client = new DynamoDBClient(AWS_CLIENT_OPTIONS), nowMs = Date.now, ...optional }: Services = {},
): Sink<RainmakerEvent> {
  const slots = knownSlots({ client, tableName: resources.tableSlots, nowMs });
  const marks = nodeMarks({ client, tableName: resources.watchRules }, nowMs);
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
        nowMs,
        ...optional,
      }),
  );
  return notingProgress(sink, { client, tableName: resources.alarms }, nodeStatus.name, {
    isWanted: async (publishedMs) => (await marks(publishedMs)) !== undefined,
    nowMs,
  });
}
