import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { AWS_CLIENT_OPTIONS, type Delivery, type EventType, type RainmakerEvent } from "@rainhooks/core";
import { cachedRuleStore, dynamoDbRuleStore, type RuleStore } from "@rainhooks/filter";
import type { Sink } from "@rainhooks/sinks";
import { type Classify, classifyDeliveries, classifyEvents } from "./classify.ts";
import { type Environment, readConfig, type WebhookConfig } from "./config.ts";
import { deadLetterQueue } from "./dead-letters.ts";
import type { Webhook } from "./define.ts";
import { type WebhookHandler, webhookHandler } from "./handler.ts";
import { jsonLog } from "./observe/log.ts";
import { queueRetryLater } from "./retry-later.ts";

/** Dependencies of a handler; the defaults are for Lambda. */
export interface HandlerOptions {
  readonly environment?: Environment;
  readonly writeLine?: (line: string) => void;
  readonly nowMs?: () => number;
  /** Store of the filter rules. @defaultValue the stage's table, with a cache of one minute */
  readonly rules?: RuleStore;
  /** Client for the webhook's queue and its dead-letter queue. @defaultValue created on first use */
  readonly sqs?: () => Promise<SQSClient>;
}

/**
 * Creates the Lambda handler of a webhook for events. It reads the configuration at once, so a function with a wrong environment
 * fails at start.
 *
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 *
 * @example
 * ```ts
 * import { logSink } from "@rainhooks/sinks";
 * import { defineWebhook, eventHandler } from "@rainhooks/webhook";
 *
 * const alerts = defineWebhook({ name: "alerts", description: "Logs alerts.", events: ["rmaker.event.alert"] });
 * export const handler = eventHandler(alerts, ({ stage }) => {
 *   console.log(stage); // dev
 *   return logSink(console.log);
 * });
 * ```
 */
export function eventHandler<Of extends Webhook, Type extends EventType = EventType>(
  webhook: Of,
  makeSink: (config: WebhookConfig<Of>) => Sink<RainmakerEvent<Type>>,
  options: HandlerOptions = {},
): WebhookHandler {
  const config = readConfig(webhook, options.environment ?? process.env);
  const stale = { reads: 0 };
  const rules =
    config.filterRulesTable === undefined
      ? undefined
      : (options.rules ?? tableRules(webhook.name, config, config.filterRulesTable, options, stale));
  const classify = classifyEvents({
    wanted: new Set(webhook.events),
    rules,
    integration: config.integration,
  });
  return assemble(webhook.name, config, classify, makeSink(config) as Sink<RainmakerEvent>, options, stale);
}

/**
 * Creates the Lambda handler of a webhook for deliveries, which gets all of them unchanged, including undecodable ones. Filter rules
 * do not apply to it.
 *
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 *
 * @example
 * ```ts
 * import { EVENT_TYPES } from "@rainhooks/core";
 * import { logSink } from "@rainhooks/sinks";
 * import { defineWebhook, deliveryHandler } from "@rainhooks/webhook";
 *
 * const all = defineWebhook({ name: "all", description: "Logs every delivery.", events: EVENT_TYPES });
 * export const handler = deliveryHandler(all, ({ stage }) => {
 *   console.log(stage); // dev
 *   return logSink(console.log);
 * });
 * ```
 */
export function deliveryHandler<Of extends Webhook>(
  webhook: Of,
  makeSink: (config: WebhookConfig<Of>) => Sink<Delivery>,
  options: HandlerOptions = {},
): WebhookHandler {
  const config = readConfig(webhook, options.environment ?? process.env);
  return assemble(webhook.name, config, classifyDeliveries, makeSink(config), options, { reads: 0 });
}

function assemble<Value>(
  webhook: string,
  config: Pick<
    WebhookConfig<Webhook>,
    "stage" | "deadLetterQueueUrl" | "queueUrl" | "retryWaits" | "logLevel"
  >,
  classify: Classify<Value>,
  sink: Sink<Value>,
  { writeLine = console.log, nowMs = Date.now, sqs: client = lazySqsClient() }: HandlerOptions,
  stale: { reads: number },
): WebhookHandler {
  const { stage, logLevel, queueUrl } = config;
  return webhookHandler({
    stage,
    webhook,
    logLevel,
    classify,
    sink,
    deadLetters: deadLetterQueue({ queueUrl: config.deadLetterQueueUrl, webhook, client }),
    retryLater:
      queueUrl === undefined
        ? undefined
        : queueRetryLater({ queueUrl, waits: config.retryWaits, client, nowMs }),
    staleRuleReads: () => {
      const { reads } = stale;
      stale.reads = 0;
      return reads;
    },
    writeLine,
    nowMs,
  });
}

/** Loads and creates an SQS client on first use: most invocations need none. */
function lazySqsClient(): () => Promise<SQSClient> {
  let client: Promise<SQSClient> | undefined;
  return () => {
    client ??= import("@aws-sdk/client-sqs").then(
      // Use the endpoint of the region or AWS_ENDPOINT_URL, never the host name in a queue's URL.
      ({ SQSClient: Client }) => new Client({ ...AWS_CLIENT_OPTIONS, useQueueUrlAsEndpoint: false }),
    );
    return client;
  };
}

function tableRules(
  webhook: string,
  { stage, logLevel }: Pick<WebhookConfig<Webhook>, "stage" | "logLevel">,
  tableName: string,
  { writeLine = console.log, nowMs = Date.now }: HandlerOptions,
  stale: { reads: number },
): RuleStore {
  const log = jsonLog(writeLine, { stage, webhook }, nowMs, logLevel);
  const store = dynamoDbRuleStore({ client: new DynamoDBClient(AWS_CLIENT_OPTIONS), tableName });
  return cachedRuleStore(store, {
    nowMs,
    onStale: (error) => {
      stale.reads += 1;
      log("warn", "Filter rules cannot be read: using cached rules", { error });
    },
  });
}
