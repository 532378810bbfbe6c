import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { eventDeliveryHandler } from "@rainhooks/webhook/create";
import { storeClient } from "@rainhooks/webhook/store-client";
import { isDelivered } from "../../attempts/is-delivered.ts";
import { copyMemory } from "../../copies/memory.ts";
import { cacheDestinations } from "../../destinations/cached-destinations.ts";
import { fanOutSink } from "../../fan-out/fan-out-sink.ts";
import { cacheAttributes } from "../../fan-out/read-attributes.ts";
import { sendAttempts } from "../../messages/send-attempts.ts";
import { parseArchived } from "../../pauses/pause.ts";
import { missedEvents } from "../../pauses/widen.ts";
import { forward } from "./webhook.ts";

export const handler = eventDeliveryHandler(forward, ({ resources }) => {
  const client = new DynamoDBClient(AWS_CLIENT_OPTIONS);
  const nodes = { client: storeClient(forward, resources), tableName: resources.nodeStatus };
  const sqs = new SQSClient({ ...AWS_CLIENT_OPTIONS, useQueueUrlAsEndpoint: false });
  const nowMs = Date.now;
  const store = { client, tableName: resources.destinations };
  const log = { client, tableName: resources.attemptLog };
  const sendTo = (queueUrl: string) => sendAttempts({ client: async () => sqs, queueUrl, nowMs });
  return fanOutSink({
    destinations: cacheDestinations({ ...store, nowMs }),
    copies: copyMemory({ client, tableName: resources.copies }, nowMs),
    attributesOf: cacheAttributes(nodes, nowMs),
    send: sendTo(resources.attempts),
    sendMissed: sendTo(resources.retries),
    // Most stages have no destination with batches or order.
    append: async (events) => {
      const { appendToOutbox } = await import("../../outbox/append.ts");
      const table = { client, tableName: resources.outbox };
      return appendToOutbox({ table, send: sendTo(resources.retries), nowMs, random: Math.random })(
        events,
      );
    },
    archived: parseArchived(resources.archived),
    missed: missedEvents(store),
    isDelivered: (webhookId, destination) => isDelivered(log, webhookId, destination),
  });
});
