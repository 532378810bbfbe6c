import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { Sink } from "@rainhooks/sinks/sink";
import { assemble, type QueueHandlerOptions } from "./assemble.ts";
import { classifyMessages } from "./classify.ts";
import { type Environment, type QueuedConfig, readMessageConfig } from "./config.ts";
import type { FunctionOf } from "./define-function.ts";
import type { WebhookHandler } from "./handler.ts";
import { VARIABLES } from "./variables.ts";

/** What the handler of messages needs. */
export interface MessageHandlerOptions<Value> extends QueueHandlerOptions {
  /**
   * Parses the body of a message. A body that can never be right is a permanent `RainhooksError`,
   * which sends the message to the dead-letter queue; what else is thrown is tried again.
   *
   * @param queuedAtMs When the queue took the message, epoch milliseconds; 0 if that is not known.
   */
  readonly parse: (body: string, queuedAtMs: number) => Value;
  /**
   * Returns since when a message is on its way, epoch milliseconds, however often it was sent
   * again. Required for a function with `maxAgeS`.
   */
  readonly sinceMs?: (value: Value) => number;
}

/**
 * Creates the Lambda handler of a function to whose queue others send. Messages are parsed, and the
 * sink writes them; failed ones are retried after a growing wait, or after the time for which the
 * sink's error asks, and those that no retry can help go to its dead-letter queue with the reason.
 * It reads the configuration at once, so a function with a wrong environment fails at start.
 *
 * @param definitions Its definition, or several with the same code: the function is that of the one
 * whose queue it reads.
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 *
 * @example
 * ```ts
 * import { messageHandler } from "@rainhooks/webhook";
 * import { defineFunction } from "@rainhooks/webhook/define";
 * import { perItem, RainhooksError } from "@rainhooks/webhook/sinks";
 *
 * const calls = defineFunction({
 *   trigger: "queue",
 *   name: "calls",
 *   description: "Calls one system after the other.",
 * });
 * const parse = (body: string) => {
 *   if (URL.canParse(body)) return body;
 *   throw new RainhooksError("input-invalid", "The message is no URL.", { permanent: true });
 * };
 * export const handler = messageHandler(
 *   calls,
 *   ({ stage }) => {
 *     console.log(stage); // dev
 *     return perItem(async (url) => void (await fetch(url)));
 *   },
 *   { parse },
 * );
 * ```
 */
export function messageHandler<Of extends FunctionOf<"queue">, Value>(
  definitions: Of | readonly Of[],
  makeSink: (config: QueuedConfig<Of>, definition: Of) => Sink<Value>,
  { parse, sinceMs, ...options }: MessageHandlerOptions<Value>,
): WebhookHandler {
  const environment = options.environment ?? process.env;
  const definition = "name" in definitions ? definitions : readerOfQueue(definitions, environment);
  const { name, maxAgeS } = definition;
  const config = readMessageConfig(definition, environment);
  if (maxAgeS !== undefined && sinceMs === undefined)
    throw new RainhooksError(
      "config-invalid",
      `The handler of ${name} needs sinceMs for its maxAgeS.`,
    );
  const classify = classifyMessages((body, queuedAtMs) => {
    const value = parse(body, queuedAtMs);
    const ageS = sinceMs === undefined ? 0 : (queuedAtMs - sinceMs(value)) / SECOND_MS;
    if (maxAgeS === undefined || ageS <= maxAgeS) return value;
    const text = `The message has been on its way for ${Math.round(ageS)} s, and ${name} ends that after ${maxAgeS} s. Redriven, it begins anew.`;
    throw new RainhooksError("sink-rejected", text, { permanent: true });
  });
  return assemble({ name, config, classify, sink: makeSink(config, definition) }, options);
}

/** Returns the definition of the function that reads the queue. */
function readerOfQueue<Of extends FunctionOf<"queue">>(
  definitions: readonly Of[],
  environment: Environment,
): Of {
  const { [VARIABLES.stage]: stage = "", [VARIABLES.queueUrl]: queueUrl = "" } = environment;
  const longestFirst = definitions.toSorted((a, b) => b.name.length - a.name.length);
  const found = longestFirst.find(({ name }) => queueUrl.endsWith(`-${stage}-${name}`));
  if (found !== undefined) return found;
  const names = definitions.map(({ name }) => name).join(", ");
  throw new RainhooksError(
    "config-invalid",
    `${VARIABLES.queueUrl} must be the URL of the queue of one of ${names} in stage ${JSON.stringify(stage)}, not ${JSON.stringify(queueUrl)}.`,
  );
}
