import { hostname, userInfo } from "node:os";
import type { SNSClient } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import { subscribeQueue, unsubscribeQueue } from "./subscriptions.ts";

/** Clients of the services that listening uses. */
export interface ListenClients {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** Where to listen. */
export interface ListenResources {
  /** First part of the names of the queues of listeners. */
  readonly queuePrefix: string;
  /** ARNs of the topics to listen to. */
  readonly topicArns: readonly string[];
}

/** A queue of a listener. */
export interface ListenQueue {
  readonly url: string;
  /** Renews the time until which the queue counts as used. */
  renew(): Promise<void>;
  /** Removes the queue and its subscriptions. */
  remove(): Promise<void>;
}

/** Names of the tags of a listener's queue. */
export const TAGS = {
  owner: "rainhooks:owner",
  host: "rainhooks:host",
  process: "rainhooks:process",
  expiresAt: "rainhooks:expires-at",
} as const;

/** How long a queue counts as used after its last renewal. */
export const EXPIRES_AFTER_MS = 10 * 60_000;
/** What a listener has not fetched after an hour is of no use to it. */
const RETENTION_S = 3600;
const VISIBILITY_S = 30;

/** Creates a queue of a listener's own, and subscribes it to topics. */
export async function createListenQueue(
  { sns, sqs }: ListenClients,
  { queuePrefix, topicArns }: ListenResources,
  { id, nowMs }: { readonly id: string; readonly nowMs: () => number },
): Promise<ListenQueue> {
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({
      QueueName: `${queuePrefix}${id}`,
      Attributes: {
        MessageRetentionPeriod: String(RETENTION_S),
        VisibilityTimeout: String(VISIBILITY_S),
        SqsManagedSseEnabled: "true",
      },
      tags: tagsOf(nowMs()),
    }),
  );
  const remove = async () => {
    await unsubscribeQueue(sns, topicArns, await arnOf(sqs, QueueUrl));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  };
  try {
    const arn = await arnOf(sqs, QueueUrl);
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy(arn, topicArns) } }),
    );
    await subscribeQueue(sns, topicArns, arn);
  } catch (error) {
    await remove().catch(() => undefined);
    throw error;
  }
  return {
    url: QueueUrl,
    renew: async () => {
      await sqs.send(new TagQueueCommand({ QueueUrl, Tags: tagsOf(nowMs()) }));
    },
    remove,
  };
}

function tagsOf(nowMs: number): Record<string, string> {
  return {
    [TAGS.owner]: userInfo().username,
    [TAGS.host]: hostname(),
    [TAGS.process]: String(process.pid),
    [TAGS.expiresAt]: new Date(nowMs + EXPIRES_AFTER_MS).toISOString(),
  };
}

/** Returns the ARN of a queue. */
export async function arnOf(sqs: SQSClient, QueueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  return Attributes?.["QueueArn"] ?? "";
}

/** Only these topics may send, and only over TLS. */
function policy(Resource: string, topicArns: readonly string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource,
        Condition: { ArnEquals: { "aws:SourceArn": topicArns } },
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
