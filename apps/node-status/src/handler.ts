import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { nodeStatusSink } from "@rainhooks/node-status";
import { eventHandler } from "@rainhooks/webhook";
import { nodeStatus } from "./webhook.ts";

export const handler = eventHandler(nodeStatus, ({ resources }) =>
  nodeStatusSink({ client: new DynamoDBClient({}), tableName: resources.table }),
);
