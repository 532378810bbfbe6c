import { FirehoseClient } from "@aws-sdk/client-firehose";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import { firehoseSink } from "@rainhooks/sinks";
import { deliveryHandler } from "@rainhooks/webhook";
import { archive } from "./webhook.ts";

export const handler = deliveryHandler(archive, ({ resources }) =>
  firehoseSink({ client: new FirehoseClient(AWS_CLIENT_OPTIONS), streamName: resources.stream }),
);
