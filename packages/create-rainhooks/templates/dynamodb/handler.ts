import { eventHandler } from "@rainhooks/webhook";
import { AWS_CLIENT_OPTIONS, nodesOf, type RainmakerEvent } from "@rainhooks/webhook/events";
import { batchPutSink, DynamoDBClient } from "@rainhooks/webhook/sinks";
import { doorBellTable } from "./table.ts";
import { doorBell } from "./webhook.ts";

export const handler = eventHandler(doorBell, ({ resources }) =>
  batchPutSink<RainmakerEvent<"rmaker.event.alert">>({
    client: new DynamoDBClient(AWS_CLIENT_OPTIONS),
    table: doorBellTable,
    tableName: resources.table,
    // An event that is delivered twice is written twice to the same place.
    toPuts: (event) =>
      nodesOf(event).map((nodeId) => ({
        nodeId: { S: nodeId },
        at: { S: `${new Date(event.atMs).toISOString()}#${event.deliveryId}` },
        type: { S: event.type },
      })),
  }),
);
