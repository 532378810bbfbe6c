import type { EventType } from "@rainhooks/core";
import { functionMistake, type Resources } from "./define-function.ts";
import type { Load } from "./load.ts";
import { type QueuedFunction, type ShapesInput, shapesMistake, shapesOf } from "./queue-shape.ts";
import type { Settings } from "./settings/setting.ts";

export { type Api, defineApi } from "./define-api.ts";
export type {
  ArchivedUse,
  ArchiveUse,
  FunctionDefinition,
  FunctionShape,
  ParametersUse,
  Resource,
  StreamDescription,
  TargetsUse,
} from "./define-function.ts";
export { streamsOf } from "./define-function.ts";
export { defineInvokedFunction, type InvokedFunction } from "./define-invoked.ts";
export { defineScheduledFunction, type ScheduledFunction, scheduleMistake } from "./define-scheduled.ts";
export { defineWorker, type Worker } from "./define-worker.ts";
export { FULL_CPU_MIB, invocationMs, type Load, MEASURED_MIB, type PerEvent } from "./load.ts";
export {
  deadLetterQueueName,
  deployedName,
  integrationName,
  parametersPrefix,
  replayQueueName,
} from "./names.ts";
export { type BatchShape, type QueuedFunction, type QueueShape, replayBatch } from "./queue-shape.ts";
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

/**
 * A webhook, used by its Lambda handler, the infrastructure and the local stage. It contains only data, so that infrastructure
 * code can import it without the function's code. Its name is also the name of its queue.
 */
export interface Webhook<R extends Resources = Resources, S extends Settings = Settings>
  extends QueuedFunction<R, S> {
  /** Event types whose topics the webhook subscribes to. */
  readonly events: readonly EventType[];
  /** Whether the webhook applies the filter rules; if so, it reads the rules table. */
  readonly filtered: boolean;
  /** `external`: a stage makes everything but the function, which is yours and may be in any language. */
  readonly runtime: "node" | "external";
  /** Whether a replay may send it archived deliveries again; if so, it has a queue for them beside its own. */
  readonly replay: ReplayPolicy;
}

/**
 * Which replays may send archived deliveries to a webhook again. `accept`: any. `accept-addressed`: those for one part of it, such as one
 * destination. `refuse`: none.
 */
export type ReplayPolicy = "accept" | "accept-addressed" | "refuse";

/** Options of {@link defineWebhook}. */
export interface WebhookInput<R extends Resources, S extends Settings> extends ShapesInput {
  readonly name: string;
  readonly description: string;
  readonly events: readonly EventType[];
  /** @defaultValue true */
  readonly filtered?: boolean;
  /** @defaultValue `node` */
  readonly runtime?: "node" | "external";
  /**
   * `accept` if it does no harm to handle a delivery again after any time: the effect is the same, or the code looks at the event's `replay`.
   *
   * @defaultValue `refuse`
   */
  readonly replay?: ReplayPolicy;
  readonly resources?: R;
  readonly settings?: S;
  /** What its events cost. @defaultValue not known */
  readonly load?: Load | undefined;
}

/** A function of the owner's own has no growing waits between receives. */
const MAX_RECEIVES_OF_EXTERNAL = 5;

/**
 * Defines a webhook. Defaults: filtered; no replays; 1,024 MiB memory and 30 s timeout; batches of up to 100 records collected for up to 2 s, 10
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
  const webhook: Webhook<R, S> = {
    name: input.name,
    description: input.description,
    events: [...new Set(input.events)],
    filtered: input.filtered ?? true,
    runtime: input.runtime ?? "node",
    replay: input.replay ?? "refuse",
    resources: input.resources ?? ({} as R),
    settings: input.settings ?? ({} as S),
    ...shapesOf(input, input.runtime === "external" ? MAX_RECEIVES_OF_EXTERNAL : undefined),
    load: input.load,
  };
  const mistake = mistakeIn(webhook);
  if (mistake !== undefined) throw new TypeError(`Webhook ${JSON.stringify(input.name)}: ${mistake}.`);
  return webhook;
}

function hasOwnParts({ resources, settings }: Webhook): boolean {
  return Object.keys(resources).length > 0 || Object.keys(settings).length > 0;
}

function mistakeIn(webhook: Webhook): string | undefined {
  const mistake = functionMistake(webhook);
  if (mistake !== undefined) return mistake;
  if (webhook.events.length === 0) return "it has no events";
  if (webhook.runtime === "external" && hasOwnParts(webhook))
    return "with an external runtime it has no resources and no settings: they are those of your function";
  if (webhook.runtime === "external" && webhook.replay !== "refuse")
    return "with an external runtime it cannot accept replays: your function reads one queue";
  return shapesMistake(webhook);
}
