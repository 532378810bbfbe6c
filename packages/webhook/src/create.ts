import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import type { EventType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { cachedRuleStore } from "@rainhooks/filter/cached-store";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import type { RuleStore } from "@rainhooks/filter/store";
import type { Sink } from "@rainhooks/sinks/sink";
import { assemble, type QueueHandlerOptions } from "./assemble.ts";
import {
  type Classify,
  classifyDeliveries,
  classifyEvents,
  type EventDelivery,
  refuseReplays,
} from "./classify.ts";
import { readConfig, type WebhookConfig } from "./config.ts";
import type { Webhook } from "./define-function.ts";
import type { NoteHandled } from "./handled-topics.ts";
import type { WebhookHandler } from "./handler.ts";
import { leaveOutTrials } from "./leave-out-trials.ts";
import type { noteHandled } from "./note-handled.ts";

/** Dependencies of a webhook's handler; the defaults are for Lambda. */
export interface HandlerOptions extends QueueHandlerOptions {
  /** Store of the filter rules. @defaultValue the stage's table, with a cache of one minute */
  readonly rules?: RuleStore;
}

/**
 * Creates the Lambda handler of a webhook for events. It reads the configuration at once, so a
 * function with a wrong environment fails at start.
 *
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 *
 * @example
 * ```ts
 * import { logSink } from "@rainhooks/webhook/sinks";
 * import { defineWebhook, eventHandler } from "@rainhooks/webhook";
 *
 * const alerts = defineWebhook({
 *   name: "alerts",
 *   description: "Logs alerts.",
 *   events: ["rmaker.event.alert"],
 * });
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
  return eventDeliveryHandler(
    webhook,
    (config) => eventsOnly(makeSink(config) as Sink<RainmakerEvent>),
    options,
  );
}

/** Makes a sink of events one of events with their deliveries. */
function eventsOnly(sink: Sink<RainmakerEvent>): Sink<EventDelivery> {
  return {
    write: (items, context) =>
      sink.write(
        items.map(({ id, value }) => ({ id, value: value.event })),
        context,
      ),
  };
}

/**
 * Creates the Lambda handler of a webhook for events that needs their deliveries, too, such as one
 * that sends them on as they came. Otherwise it is as that of {@link eventHandler}.
 *
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 *
 * @example
 * ```ts
 * import { logSink } from "@rainhooks/webhook/sinks";
 * import { defineWebhook, eventDeliveryHandler } from "@rainhooks/webhook";
 *
 * const alerts = defineWebhook({
 *   name: "alerts",
 *   description: "Logs alerts.",
 *   events: ["rmaker.event.alert"],
 * });
 * export const handler = eventDeliveryHandler(alerts, ({ stage }) => {
 *   console.log(stage); // dev
 *   return logSink(console.log);
 * });
 * ```
 */
export function eventDeliveryHandler<Of extends Webhook>(
  webhook: Of,
  makeSink: (config: WebhookConfig<Of>) => Sink<EventDelivery>,
  options: HandlerOptions = {},
): WebhookHandler {
  const config = readConfig(webhook, options.environment ?? process.env);
  const rules =
    config.filterRulesTable === undefined
      ? undefined
      : (options.rules ?? tableRules(config.filterRulesTable, options));
  const classify = classifyEvents({
    wanted: new Set(webhook.events),
    rules,
    integration: config.integration,
  });
  return assembled(webhook, config, { classify, sink: makeSink(config) }, options);
}

/**
 * Creates the Lambda handler of a webhook for deliveries, which gets all of them unchanged,
 * including undecodable ones. Filter rules do not apply to it.
 *
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 *
 * @example
 * ```ts
 * import { EVENT_TYPES } from "@rainhooks/webhook/events";
 * import { logSink } from "@rainhooks/webhook/sinks";
 * import { defineWebhook, deliveryHandler } from "@rainhooks/webhook";
 *
 * const all = defineWebhook({
 *   name: "all",
 *   description: "Logs every delivery.",
 *   events: EVENT_TYPES,
 * });
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
  const sink = makeSink(config);
  return assembled(webhook, config, { classify: classifyDeliveries, sink }, options);
}

/** Puts the handler of a webhook together, which leaves out what its definition does not allow. */
function assembled<Value>(
  webhook: Webhook,
  config: WebhookConfig<Webhook>,
  { classify, sink }: { readonly classify: Classify<Value>; readonly sink: Sink<Value> },
  options: HandlerOptions,
): WebhookHandler {
  const { nowMs = Date.now } = options;
  const { roundsTable: tableName } = config;
  return assemble(
    {
      name: webhook.name,
      config,
      classify: leaveOutTrials(webhook, refuseReplays(webhook, classify), nowMs),
      sink,
      ...(tableName === undefined
        ? {}
        : { noteHandled: lazyNoteHandled({ webhook: webhook.name, tableName }) }),
    },
    options,
  );
}

/** Loads what notes for the rounds on first use, with its client. */
function lazyNoteHandled(options: Parameters<typeof noteHandled>[0]): NoteHandled {
  let made: Promise<NoteHandled> | undefined;
  return async (topics, nowMs) => {
    if (topics.size === 0) return;
    made ??= import("./note-handled.ts").then((module) => module.noteHandled(options));
    await (await made)(topics, nowMs);
  };
}

function tableRules(tableName: string, { nowMs = Date.now }: HandlerOptions): RuleStore {
  const store = dynamoDbRuleStore({ client: new DynamoDBClient(AWS_CLIENT_OPTIONS), tableName });
  return cachedRuleStore(store, { nowMs });
}
