import { createHash } from "node:crypto";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { escapeForSqs, textAttribute } from "@rainhooks/sinks/sqs/message";

/** What is sent to a target. */
export interface TargetMessage {
  readonly webhookId: string;
  readonly eventType: string;
  readonly nodeId: string | undefined;
  readonly body: string;
  /** Headers that belong to the format of the body. */
  readonly headers: Readonly<Record<string, string>>;
  /** `source` of an event on a bus. */
  readonly source: string;
}

/** Sends a message to an address. @throws if the service does not take it. */
export type SendToAddress = (
  address: string,
  message: TargetMessage,
  options: { readonly abortSignal: AbortSignal },
) => Promise<unknown>;

type ClientOptions = { readonly region: string; readonly useQueueUrlAsEndpoint: false };

/** Makes a client of AWS for a region, when a target is first sent to. */
const makeClient = <Client>(
  Client: new (options: ClientOptions) => Client,
  region: string,
): Client => new Client({ ...AWS_CLIENT_OPTIONS, region, useQueueUrlAsEndpoint: false });

/** A kind of target. */
interface Kind {
  /** The call, as AWS names it. */
  readonly method: "SendMessage" | "Publish" | "PutEvents" | "Invoke";
  /** What a function needs for it. */
  readonly action: string;
  /** Loads what calls the service. */
  readonly load: (region: string) => Promise<SendToAddress>;
}

/** The kinds of targets. */
export const TARGET_KINDS = {
  queue: {
    method: "SendMessage",
    action: "sqs:SendMessage",
    load: async (region) => {
      const { SendMessageCommand, SQSClient } = await import("./clients/sqs.ts");
      const client = makeClient(SQSClient, region);
      return (QueueUrl, message, options) => {
        const content = { MessageBody: message.body, MessageAttributes: textAttributes(message) };
        const command = new SendMessageCommand({
          QueueUrl,
          ...content,
          ...orderOf(QueueUrl, message),
        });
        return client.send(command, options);
      };
    },
  },
  topic: {
    method: "Publish",
    action: "sns:Publish",
    load: async (region) => {
      const { PublishCommand, SNSClient } = await import("./clients/sns.ts");
      const client = makeClient(SNSClient, region);
      return (TopicArn, message, options) => {
        const content = { Message: message.body, MessageAttributes: textAttributes(message) };
        const command = new PublishCommand({ TopicArn, ...content, ...orderOf(TopicArn, message) });
        return client.send(command, options);
      };
    },
  },
  bus: {
    method: "PutEvents",
    action: "events:PutEvents",
    load: async (region) => {
      const { EventBridgeClient, PutEventsCommand } = await import("./clients/eventbridge.ts");
      const client = makeClient(EventBridgeClient, region);
      return async (EventBusName, { body, source: Source, eventType: DetailType }, options) => {
        const Detail = isJsonObject(tryParseJson(body)) ? body : JSON.stringify({ body });
        const command = new PutEventsCommand({
          Entries: [{ EventBusName, Source, DetailType, Detail }],
        });
        const { Entries: [entry] = [] } = await client.send(command, options);
        const name = entry?.ErrorCode;
        if (name !== undefined)
          throw Object.assign(new Error(`${name}: ${entry?.ErrorMessage}`), { name });
      };
    },
  },
  function: {
    method: "Invoke",
    action: "lambda:InvokeFunction",
    load: async (region) => {
      const { InvokeCommand, LambdaClient } = await import("./clients/lambda.ts");
      const client = makeClient(LambdaClient, region);
      return (FunctionName, { webhookId, eventType, body, headers }, options) => {
        const Payload = Buffer.from(JSON.stringify({ webhookId, eventType, headers, body }));
        // Lambda keeps it and retries it; how the function ends is not waited for.
        return client.send(
          new InvokeCommand({ FunctionName, InvocationType: "Event", Payload }),
          options,
        );
      };
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;

function textAttributes({ webhookId, eventType, nodeId, headers }: TargetMessage) {
  const texts = {
    ...headers,
    "webhook-id": webhookId,
    event_type: eventType,
    ...(nodeId && { node_id: nodeId }),
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [name, textAttribute(escapeForSqs(value))]),
  );
}

/** What AWS takes as the id of a group. Source: Amazon SQS API reference, "SendMessage". */
const GROUP_ID = /^[\x21-\x7e]{1,128}$/;

/**
 * A FIFO queue or topic gets the events of a node in a group, and each event once within five
 * minutes.
 */
function orderOf(address: string, { webhookId, nodeId = "none" }: TargetMessage) {
  if (!address.endsWith(".fifo")) return {};
  const MessageGroupId = GROUP_ID.test(nodeId)
    ? nodeId
    : createHash("sha256").update(nodeId).digest("base64url");
  return { MessageGroupId, MessageDeduplicationId: webhookId };
}
