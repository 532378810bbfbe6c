import type { SQSClient } from "@aws-sdk/client-sqs";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import type { Sink } from "@rainhooks/sinks/sink";
import type { Classify } from "./classify.ts";
import type { Environment, QueuedConfig } from "./config.ts";
import { deadLetterQueue } from "./dead-letters.ts";
import type { QueuedFunction } from "./define-function.ts";
import type { NoteHandled } from "./handled-topics.ts";
import { type WebhookHandler, webhookHandler } from "./handler.ts";
import { queueName } from "./records.ts";
import { queueRetryLater } from "./retry-later.ts";

/** Dependencies of any handler of records; the defaults are for Lambda. */
export interface QueueHandlerOptions {
  readonly environment?: Environment;
  readonly writeLine?: (line: string) => void;
  readonly nowMs?: () => number;
  /**
   * Client for the function's queue and its dead-letter queue. @defaultValue created on first use
   */
  readonly sqs?: () => Promise<SQSClient>;
}

/** A function that handles records: its name, its input, and its sink. */
interface HandlerInput<Value> {
  readonly name: string;
  readonly config: Omit<QueuedConfig<QueuedFunction>, "resources" | "settings">;
  readonly noteHandled?: NoteHandled | undefined;
  readonly classify: Classify<Value>;
  readonly sink: Sink<Value>;
}

/** Puts a handler together: its queue, its dead-letter queue, its log. */
export function assemble<Value>(
  { name, config, ...input }: HandlerInput<Value>,
  { writeLine = console.log, nowMs = Date.now, sqs: client = lazySqsClient() }: QueueHandlerOptions,
): WebhookHandler {
  const {
    stage,
    logLevel,
    queueUrl,
    replayQueueUrl,
    deadLetterQueueUrl,
    retryWaits: waits,
  } = config;
  return webhookHandler({
    ...input,
    stage,
    webhook: name,
    logLevel,
    deadLetters: deadLetterQueue({ queueUrl: deadLetterQueueUrl, webhook: name, client }),
    retryLater: queueRetryLater({ queueUrl, replayQueueUrl, waits, client, nowMs }),
    replayQueue: replayQueueUrl === undefined ? undefined : queueName(replayQueueUrl),
    writeLine,
    nowMs,
  });
}

/** Loads and creates an SQS client on first use: most invocations need none. */
function lazySqsClient(): () => Promise<SQSClient> {
  let client: Promise<SQSClient> | undefined;
  return () => {
    client ??= import("./sqs-client.ts").then(
      // Use the endpoint of the region or AWS_ENDPOINT_URL, never the host name in a queue's URL.
      ({ SQSClient: Client }) =>
        new Client({ ...AWS_CLIENT_OPTIONS, useQueueUrlAsEndpoint: false }),
    );
    return client;
  };
}
