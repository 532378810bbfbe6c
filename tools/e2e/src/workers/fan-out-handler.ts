import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { isJsonObject } from "@rainhooks/core/json";
import { perItem } from "@rainhooks/sinks/per-item";
import { eventHandler } from "@rainhooks/webhook/create";
import { fanOut } from "./definitions.ts";

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

export const handler = eventHandler(fanOut, ({ resources }) =>
  perItem<RainmakerEvent<"rmaker.event.alert">>(async ({ data }) => {
    const urls = isJsonObject(data.message) ? data.message["urls"] : undefined;
    const Entries = (Array.isArray(urls) ? urls : []).map((url, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify({ url, node: data.nodeId }),
    }));
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: resources.requests, Entries }),
    );
    if (Failed.length > 0) throw new Error(`${Failed.length} messages were not sent.`);
  }),
);
