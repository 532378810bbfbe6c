import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import {
  copyMemory,
  fanOutSink,
  knownDestinations,
  sendAttempts,
  tagCache,
} from "@rainhooks/forwarding/fan-out";
import { readTags } from "@rainhooks/node-status";
import { eventDeliveryHandler } from "@rainhooks/webhook";
import { forward } from "./webhook.ts";

export const handler = eventDeliveryHandler(forward, ({ resources, settings }) => {
  const client = new DynamoDBClient(AWS_CLIENT_OPTIONS);
  const sqs = new SQSClient({ ...AWS_CLIENT_OPTIONS, useQueueUrlAsEndpoint: false });
  const nowMs = Date.now;
  return fanOutSink({
    destinations: knownDestinations({ client, tableName: resources.destinations, nowMs }),
    copies: copyMemory({ client, tableName: resources.copies, windowMs: settings.copyWindow }),
    tagsOf: tagCache({
      read: (nodeId) => readTags({ client, tableName: resources.nodeStatus }, nodeId),
      nowMs,
    }),
    send: sendAttempts({ client: async () => sqs, queueUrl: resources.attempts, nowMs }),
    nowMs,
  });
});
