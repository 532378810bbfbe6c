import { defineFunction, type FunctionInput, type Webhook } from "./define-function.ts";
import type { Resources } from "./resources.ts";
import type { Settings } from "./settings/setting.ts";

export {
  codeOf,
  defineFunction,
  type FunctionDefinition,
  type FunctionOf,
  type QueuedFunction,
  triggeredBy,
  type Webhook,
} from "./define-function.ts";
export { scheduleMistake } from "./definition-mistake.ts";
export { FULL_CPU_MIB, invocationMs, type KeptLoad, type Load, MEASURED_MIB, type PerEvent } from "./load.ts";
export {
  deadLetterQueueName,
  deployedName,
  integrationName,
  parametersPrefix,
  replayQueueName,
} from "./names.ts";
export { type BatchShape, type FunctionShape, type QueueShape, replayBatch } from "./queue-shape.ts";
export {
  type ArchivedUse,
  type ArchiveUse,
  type ParametersUse,
  queuesOf,
  type Resource,
  type Resources,
  type StreamDescription,
  type Subscriptions,
  streamsOf,
  type TargetsUse,
} from "./resources.ts";
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
export type { Trigger } from "./trigger-fields.ts";

/** Options of {@link defineWebhook}. */
export type WebhookInput<R extends Resources, S extends Settings> = Omit<
  FunctionInput<"topics", R, S>,
  "trigger"
>;

/**
 * Defines a webhook: a function that gets events from topics. It is the short form of {@link defineFunction}
 * with that trigger. Events are filtered, and not replayed, unless it says otherwise.
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
  return defineFunction<"topics", R, S>({ ...input, trigger: "topics" });
}
