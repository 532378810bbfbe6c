import { SNSClient } from "@aws-sdk/client-sns";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { messageHandler } from "@rainhooks/webhook/message-handler";
import { readInput } from "../../read-input.ts";
import { neoEvents } from "./function.ts";
import { topicSink } from "./topic-sink.ts";

export const handler = messageHandler(
  neoEvents,
  ({ resources: { params, config, tags, readings } }) =>
    topicSink(
      new SNSClient(AWS_CLIENT_OPTIONS),
      new Map([
        [neoEvents.resources.params.event, params],
        [neoEvents.resources.config.event, config],
        [neoEvents.resources.tags.event, tags],
        [neoEvents.resources.readings.event, readings],
      ]),
    ),
  { parse: readInput },
);
