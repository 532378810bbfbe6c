import { createHash } from "node:crypto";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { escapeForSqs, textAttribute } from "@rainhooks/sinks/sqs/message";
import type { Target, TargetKind } from "./target.ts";

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

/** How long a call may take, and how clients are made. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

/** Names of the calls, as AWS names them. */
export const CALLS = {
  queue: "SendMessage",
  topic: "Publish",
  bus: "PutEvents",
  function: "Invoke",
} as const satisfies Readonly<Record<TargetKind, string>>;

/** Sends a message to a target. @throws if the service does not take it. */
export type Call = (target: Target, message: TargetMessage, options: CallOptions) => Promise<void>;

/** Makes the function that calls a kind of target. Its client is loaded on first use, and kept. */
export function callOf(kind: TargetKind, region: string): Call {
  const config = { ...AWS_CLIENT_OPTIONS, region };
  switch (kind) {
    case "queue":
      return queueCall(config);
    case "topic":
      return topicCall(config);
    case "bus":
      return busCall(config);
    case "function":
      return functionCall(config);
  }
}

type Config = typeof AWS_CLIENT_OPTIONS & { readonly region: string };

/** Remembers what is loaded on first use; a failed load is repeated. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

function queueCall(config: Config): Call {
  const load = once(async () => {
    const sqs = await import("./clients/sqs.ts");
    return { sqs, client: new sqs.SQSClient({ ...config, useQueueUrlAsEndpoint: false }) };
  });
  return async ({ address }, message, { signal }) => {
    const { sqs, client } = await load();
    const command = new sqs.SendMessageCommand({
      QueueUrl: address,
      MessageBody: message.body,
      MessageAttributes: textAttributes(message),
      ...orderOf(address, message),
    });
    await client.send(command, { abortSignal: signal });
  };
}

function topicCall(config: Config): Call {
  const load = once(async () => {
    const sns = await import("./clients/sns.ts");
    return { sns, client: new sns.SNSClient(config) };
  });
  return async ({ arn }, message, { signal }) => {
    const { sns, client } = await load();
    const command = new sns.PublishCommand({
      TopicArn: arn,
      Message: message.body,
      MessageAttributes: textAttributes(message),
      ...orderOf(arn, message),
    });
    await client.send(command, { abortSignal: signal });
  };
}

function busCall(config: Config): Call {
  const load = once(async () => {
    const events = await import("./clients/eventbridge.ts");
    return { events, client: new events.EventBridgeClient(config) };
  });
  return async ({ arn }, { body, source, eventType }, { signal }) => {
    const { events, client } = await load();
    const detail = isJsonObject(tryParseJson(body)) ? body : JSON.stringify({ body });
    const Entries = [{ EventBusName: arn, Source: source, DetailType: eventType, Detail: detail }];
    const { Entries: [first] = [] } = await client.send(new events.PutEventsCommand({ Entries }), {
      abortSignal: signal,
    });
    if (first?.ErrorCode === undefined) return;
    const message = `${first.ErrorCode}: ${first.ErrorMessage}`;
    throw Object.assign(new Error(message), { name: first.ErrorCode });
  };
}

function functionCall(config: Config): Call {
  const load = once(async () => {
    const lambda = await import("./clients/lambda.ts");
    return { lambda, client: new lambda.LambdaClient(config) };
  });
  return async ({ arn }, { webhookId, eventType, body, headers }, { signal }) => {
    const { lambda, client } = await load();
    const payload = { webhookId, eventType, headers, body };
    const command = new lambda.InvokeCommand({
      FunctionName: arn,
      // Lambda keeps it and retries it; how the function ends is not waited for.
      InvocationType: "Event",
      Payload: Buffer.from(JSON.stringify(payload)),
    });
    await client.send(command, { abortSignal: signal });
  };
}

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

/** A FIFO queue or topic gets the events of a node in a group, and each event once within five minutes. */
function orderOf(address: string, { webhookId, nodeId = "none" }: TargetMessage) {
  if (!address.endsWith(".fifo")) return {};
  const MessageGroupId = GROUP_ID.test(nodeId)
    ? nodeId
    : createHash("sha256").update(nodeId).digest("base64url");
  return { MessageGroupId, MessageDeduplicationId: webhookId };
}
