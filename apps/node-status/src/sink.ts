import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { IN_NODE_STATUS } from "@rainhooks/extensions/in-node-status";
import { STORE_TABLES } from "@rainhooks/extensions/store-tables";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import type { ServiceOverrides, TablesSink } from "@rainhooks/sinks/dynamodb/store-services";
import { observedSink } from "@rainhooks/sinks/observed-sink";
import type { Sink } from "@rainhooks/sinks/sink";
import type { WebhookConfig } from "@rainhooks/webhook/config";
import { nodeStatus } from "./webhook.ts";

/** Makes the sink of the function: it writes node status, and does what extensions do meanwhile. */
export function makeSink(
  { resources, settings }: WebhookConfig<typeof nodeStatus>,
  {
    client = new DynamoDBClient(AWS_CLIENT_OPTIONS),
    nowMs = Date.now,
    ...optional
  }: ServiceOverrides = {},
): Sink<RainmakerEvent> {
  const services = { client, resources, nowMs };
  const extensions = IN_NODE_STATUS.map((make) => make(services));
  const makeTables: TablesSink<RainmakerEvent> = (nameOf) =>
    nodeStatusSink({
      client,
      tableName: nameOf(resources.nodeStatus),
      timelineTableName: nameOf(resources.nodeTimeline),
      timelineDays: settings.timelineDays,
      seenIntervalMs: settings.seenIntervalS * 1000,
      extensions,
      ...optional,
    });
  const [sink = makeTables((table) => table)] = STORE_TABLES.flatMap(
    (tables) => tables(nodeStatus.name, services, makeTables) ?? [],
  );
  return observedSink(sink, extensions);
}
