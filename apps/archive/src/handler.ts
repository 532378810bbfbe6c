import { FirehoseClient } from "@aws-sdk/client-firehose";
import { firehoseSink } from "@rainhooks/sinks";
import { deliveryHandler } from "@rainhooks/webhook";
import { archive } from "./webhook.ts";

export const handler = deliveryHandler(archive, ({ resources }) =>
  firehoseSink({ client: new FirehoseClient({}), streamName: resources.stream }),
);
