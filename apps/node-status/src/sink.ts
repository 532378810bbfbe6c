import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { RetryPolicy } from "@rainhooks/core/retry";
import { knownSlots } from "@rainhooks/dynamodb/slots/read";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { nodeMarks } from "@rainhooks/extensions/alarms/rules/needs";
import { notingProgress } from "@rainhooks/extensions/alarms/sweep/progress";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { slotSink } from "@rainhooks/sinks/dynamodb/slot-sink";
import type { Sink } from "@rainhooks/sinks/sink";
import type { WebhookConfig } from "@rainhooks/webhook/config";
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
