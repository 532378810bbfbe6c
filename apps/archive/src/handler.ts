import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { FirehoseClient } from "@aws-sdk/client-firehose";
import { noteDelays } from "@rainhooks/archive/hours/note-delays";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { firehoseSink } from "@rainhooks/sinks/firehose/firehose-sink";
import { deliveryHandler } from "@rainhooks/webhook/create";
import { delayNotingSink } from "./delay-noting-sink.ts";
import { archive } from "./webhook.ts";

export const handler = deliveryHandler(archive, ({ resources }) => {
  const client = new FirehoseClient(AWS_CLIENT_OPTIONS);
  return delayNotingSink(firehoseSink({ client, streamName: resources.stream }), {
    note: noteDelays({
      client: new DynamoDBClient(AWS_CLIENT_OPTIONS),
      tableName: resources.hours,
    }),
    nowMs: Date.now,
  });
});
