import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { RetryPolicy } from "@rainhooks/core/retry";
import { knownSlots } from "@rainhooks/dynamodb/slots/read";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { IN_NODE_STATUS } from "@rainhooks/extensions/in-node-status";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { slotSink } from "@rainhooks/sinks/dynamodb/slot-sink";
import { observedSink } from "@rainhooks/sinks/observed-sink";
import type { Sink } from "@rainhooks/sinks/sink";
import type { WebhookConfig } from "@rainhooks/webhook/config";
import { nodeStatus } from "./webhook.ts";

/** What the function works with besides its configuration; the defaults are for Lambda. */
export interface Services {
  readonly client?: DynamoDBClient;
  readonly nowMs?: () => number;
  readonly retry?: RetryPolicy;
}

/** Makes the sink of the function: it writes node status, and does what extensions do meanwhile. */
export function makeSink(
  { resources, settings }: WebhookConfig<typeof nodeStatus>,
  { client = new DynamoDBClient(AWS_CLIENT_OPTIONS), nowMs = Date.now, ...optional }: Services = {},
): Sink<RainmakerEvent> {
  const slots = knownSlots({ client, tableName: resources.tableSlots, nowMs });
  const extensions = IN_NODE_STATUS.map((make) => make({ client, resources, nowMs }));
  const sink = slotSink(
    () => slots(nodeStatus.name),
    (slot) =>
      nodeStatusSink({
        client,
        tableName: slotTableName(resources.nodeStatus, slot),
        timelineTableName: slotTableName(resources.nodeTimeline, slot),
        timelineDays: settings.timelineDays,
        seenIntervalMs: settings.seenIntervalS * 1000,
        extensions,
        ...optional,
      }),
  );
  return observedSink(sink, extensions);
}
