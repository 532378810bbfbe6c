import { type EventType, MAX_RETRY_WAIT_S } from "@rainhooks/core";
import {
  type FunctionDefinition,
  type FunctionShape,
  functionMistake,
  type Resources,
} from "./define-function.ts";
import { type Load, loadMistake } from "./load.ts";
import type { Settings } from "./settings/setting.ts";

export { type Api, defineApi } from "./define-api.ts";
export type { FunctionDefinition, FunctionShape, Resource, StreamDescription } from "./define-function.ts";
export { defineScheduledFunction, type ScheduledFunction, scheduleMistake } from "./define-scheduled.ts";
export { FULL_CPU_MIB, invocationMs, type Load, MEASURED_MIB, type PerEvent } from "./load.ts";
export { deadLetterQueueName, deployedName, integrationName } from "./names.ts";
export { type GivenValue, type SetSettings, setSettings } from "./settings/set-settings.ts";
export {
  type DurationSetting,
  type FlagSetting,
  type ListSetting,
  type NumberSetting,
  type SecretSetting,
  type Setting,
  type Settings,
  type SettingValue,
  settingVariable,
  type TextSetting,
  type UrlSetting,
} from "./settings/setting.ts";

/** How deliveries reach the function: the event source mapping from the queue to Lambda. */
export interface BatchShape {
  /** Maximum records of an invocation. Lambda's limit is 10,000. */
  readonly size: number;
  /** Maximum time in which Lambda collects a batch. Lambda requires at least 1 for a size over 10. */
  readonly windowS: number;
  /** Maximum concurrent invocations. Lambda allows 2 to 1,000. */
  readonly maxConcurrency: number;
}

/** The queue of a webhook and its dead-letter queue. */
export interface QueueShape {
  /** How long a received record stays hidden. AWS recommends six times the function's timeout plus the window. */
  readonly visibilityTimeoutS: number;
  /**
   * Receives after which SQS moves a record to the dead-letter queue. SQS also counts receives during an outage of a service, so
   * this is only a last resort.
   */
  readonly maxReceives: number;
  /** Seconds until a failed record is retried: the first wait; it doubles each time, up to `retryMaxWaitS`. */
  readonly retryFirstWaitS: number;
  readonly retryMaxWaitS: number;
  readonly retentionS: number;
  readonly deadLetterRetentionS: number;
}

/**
 * A webhook, used by its Lambda handler, the infrastructure and the local stage. It contains only data, so that infrastructure
 * code can import it without the function's code. Its name is also the name of its queue.
 */
export interface Webhook<R extends Resources = Resources, S extends Settings = Settings>
  extends FunctionDefinition<R, S> {
  /** Event types whose topics the webhook subscribes to. */
  readonly events: readonly EventType[];
  /** Whether the webhook applies the filter rules; if so, it reads the rules table. */
  readonly filtered: boolean;
  /** `external`: a stage makes everything but the function, which is yours and may be in any language. */
  readonly runtime: "node" | "external";
  readonly batch: BatchShape;
  readonly queue: QueueShape;
  /** What its events cost; `undefined` if that is not known. */
  readonly load: Load | undefined;
}

/** Options of {@link defineWebhook}. */
export interface WebhookInput<R extends Resources, S extends Settings> {
  readonly name: string;
  readonly description: string;
  readonly events: readonly EventType[];
  /** @defaultValue true */
  readonly filtered?: boolean;
  /** @defaultValue `node` */
  readonly runtime?: "node" | "external";
  readonly resources?: R;
  readonly settings?: S;
  /** @defaultValue 1,024 MiB and 30 s */
  readonly function?: Partial<FunctionShape>;
  /** @defaultValue 100 records, 2 s, 10 concurrent invocations */
  readonly batch?: Partial<BatchShape>;
  /** @defaultValue six times the timeout plus the window, 400 receives, waits of 30 to 900 s, 14 days */
  readonly queue?: Partial<QueueShape>;
  /** What its events cost. @defaultValue not known */
  readonly load?: Load | undefined;
}

const DAY_S = 86_400;

/**
 * Defines a webhook. Defaults: filtered; 1,024 MiB memory and 30 s timeout; batches of up to 100 records collected for up to 2 s, 10
 * concurrent invocations; records are kept for 14 days. A record that keeps failing is moved to the dead-letter queue after
 * 400 receives (about four days); a record that no retry can help is sent there at once, with the reason.
 *
 * @throws {TypeError} for a definition that AWS would reject.
 *
 * @example
 * ```ts
 * import { defineWebhook } from "@rainhooks/webhook/define";
 *
 * export const alerts = defineWebhook({
 *   name: "alerts",
 *   description: "Logs alerts.",
 *   events: ["rmaker.event.alert"],
 *   function: { timeoutS: 10 },
 * });
 * console.log(alerts.batch.size, alerts.queue.visibilityTimeoutS); // 100 62
 * ```
 */
export function defineWebhook<
  const R extends Resources = Record<string, never>,
  const S extends Settings = Record<string, never>,
>(input: WebhookInput<R, S>): Webhook<R, S> {
  const shape: FunctionShape = { memoryMiB: 1024, timeoutS: 30, ...input.function };
  const batch: BatchShape = { size: 100, windowS: 2, maxConcurrency: 10, ...input.batch };
  const webhook: Webhook<R, S> = {
    name: input.name,
    description: input.description,
    events: [...new Set(input.events)],
    filtered: input.filtered ?? true,
    runtime: input.runtime ?? "node",
    resources: input.resources ?? ({} as R),
    settings: input.settings ?? ({} as S),
    function: shape,
    batch,
    queue: {
      visibilityTimeoutS: hiddenLongEnoughS(shape, batch),
      // A function of the owner's own has no growing waits between receives.
      maxReceives: input.runtime === "external" ? 5 : 400,
      retryFirstWaitS: 30,
      retryMaxWaitS: 900,
      retentionS: 14 * DAY_S,
      deadLetterRetentionS: 14 * DAY_S,
      ...input.queue,
    },
    load: input.load,
  };
  const mistake = mistakeIn(webhook);
  if (mistake !== undefined) throw new TypeError(`Webhook ${JSON.stringify(input.name)}: ${mistake}.`);
  return webhook;
}

function hasOwnParts({ resources, settings }: Webhook): boolean {
  return Object.keys(resources).length > 0 || Object.keys(settings).length > 0;
}

/** Returns the minimum visibility timeout. A record is hidden from the moment it is received, so the window counts too. */
function hiddenLongEnoughS({ timeoutS }: FunctionShape, { windowS }: BatchShape): number {
  return 6 * timeoutS + windowS;
}

function mistakeIn(webhook: Webhook): string | undefined {
  const { events, batch, queue, function: shape } = webhook;
  const mistake = functionMistake(webhook);
  if (mistake !== undefined) return mistake;
  if (events.length === 0) return "it has no events";
  if (webhook.runtime === "external" && hasOwnParts(webhook))
    return "with an external runtime it has no resources and no settings: they are those of your function";
  if (batch.size < 1 || batch.size > 10_000) return "batch.size must be 1 to 10,000";
  if (batch.size > 10 && batch.windowS < 1) return "a batch.size over 10 needs a batch.windowS of at least 1";
  if (batch.maxConcurrency < 2 || batch.maxConcurrency > 1000)
    return "batch.maxConcurrency must be 2 to 1,000";
  if (queue.visibilityTimeoutS < hiddenLongEnoughS(shape, batch)) {
    return "queue.visibilityTimeoutS must be at least six times function.timeoutS plus batch.windowS";
  }
  const { retryFirstWaitS, retryMaxWaitS } = queue;
  if (!(retryFirstWaitS >= 1 && retryMaxWaitS >= retryFirstWaitS && retryMaxWaitS <= MAX_RETRY_WAIT_S)) {
    return `queue.retryFirstWaitS and queue.retryMaxWaitS must be 1 to ${MAX_RETRY_WAIT_S}, and the first must not be more than the second`;
  }
  return webhook.load === undefined ? undefined : loadMistake(webhook.load);
}
