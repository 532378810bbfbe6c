import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Delivery, EventType, RainmakerEvent } from "@rainhooks/core";
import { cachedRuleStore, dynamoDbRuleStore, type RuleStore } from "@rainhooks/filter";
import type { Sink } from "@rainhooks/sinks";
import { type Environment, readConfig, type WebhookConfig } from "./config.ts";
import { deadLetterQueue } from "./dead-letters.ts";
import type { NumberSetting, Resource, Webhook } from "./define.ts";
import { type WebhookHandler, webhookHandler } from "./handler.ts";
import { type Sort, sortDeliveries, sortEvents } from "./process.ts";

/** What a handler takes from its surroundings; each has a default that suits a Lambda. */
export interface Surroundings {
  readonly environment?: Environment;
  readonly writeLine?: (line: string) => void;
  readonly nowMs?: () => number;
  /** Where filter rules are read. Default: the stage's table, believed for a minute. */
  readonly rules?: RuleStore;
}

/**
 * The Lambda handler of a webhook that takes events. The configuration is read when this is called, so a function
 * with a wrong environment does not start.
 *
 * @example
 * export const handler = eventHandler(hello, () => logSink(console.log));
 *
 * @throws {RainhooksError} `config-invalid`, naming the variable.
 */
export function eventHandler<
  Resources extends Record<string, Resource>,
  Settings extends Record<string, NumberSetting>,
  Type extends EventType = EventType,
>(
  webhook: Webhook<Resources, Settings>,
  makeSink: (config: WebhookConfig<Resources, Settings>) => Sink<RainmakerEvent<Type>>,
  surroundings: Surroundings = {},
): WebhookHandler {
  const config = readConfig(webhook, surroundings.environment ?? process.env);
  const rules =
    config.filterRulesTable === undefined
      ? undefined
      : (surroundings.rules ?? tableRules(config.filterRulesTable, surroundings.nowMs ?? Date.now));
  const sort = sortEvents({ wanted: new Set(webhook.events), rules, integration: config.integration });
  return assemble(webhook.name, config, sort, makeSink(config) as Sink<RainmakerEvent>, surroundings);
}

/**
 * The Lambda handler of a webhook that takes deliveries as they came, undecodable ones included. Filter rules do not
 * apply to it.
 *
 * @throws {RainhooksError} `config-invalid`, naming the variable.
 */
export function deliveryHandler<
  Resources extends Record<string, Resource>,
  Settings extends Record<string, NumberSetting>,
>(
  webhook: Webhook<Resources, Settings>,
  makeSink: (config: WebhookConfig<Resources, Settings>) => Sink<Delivery>,
  surroundings: Surroundings = {},
): WebhookHandler {
  const config = readConfig(webhook, surroundings.environment ?? process.env);
  return assemble(webhook.name, config, sortDeliveries, makeSink(config), surroundings);
}

function assemble<Value>(
  webhook: string,
  config: Pick<WebhookConfig<never, never>, "stage" | "deadLetterQueueUrl" | "logLevel">,
  sort: Sort<Value>,
  sink: Sink<Value>,
  { writeLine = console.log, nowMs = Date.now }: Surroundings,
): WebhookHandler {
  const { stage, logLevel } = config;
  const deadLetters = deadLetterQueue({
    queueUrl: config.deadLetterQueueUrl,
    webhook,
    // The endpoint is the region's or AWS_ENDPOINT_URL, never the host that a queue's URL happens to name.
    client: async () => new (await import("@aws-sdk/client-sqs")).SQSClient({ useQueueUrlAsEndpoint: false }),
  });
  return webhookHandler({ stage, webhook, logLevel, sort, sink, deadLetters, writeLine, nowMs });
}

function tableRules(tableName: string, nowMs: () => number): RuleStore {
  return cachedRuleStore(dynamoDbRuleStore({ client: new DynamoDBClient({}), tableName }), { nowMs });
}
