import { defineFunction, type FunctionInput, type Webhook } from "./define-function.ts";
import type { Resources } from "./resources.ts";
import type { Settings } from "./settings/setting.ts";

export { tableUse } from "@rainhooks/dynamodb/table-use";
export {
  defineFunction,
  type FunctionDefinition,
  type FunctionOf,
  type QueuedFunction,
  type Webhook,
} from "./define-function.ts";
export type { Load, PerEvent, TableLoad } from "./load.ts";
export type { BatchShape, FunctionShape, QueueShape } from "./queue-shape.ts";
export type {
  ArchivedUse,
  ArchiveUse,
  ParametersUse,
  Resource,
  Resources,
  StreamDescription,
  TargetsUse,
} from "./resources.ts";
export type {
  DurationSetting,
  FlagSetting,
  ListSetting,
  NumberSetting,
  SecretSetting,
  Setting,
  Settings,
  SettingValue,
  TextSetting,
  UrlSetting,
} from "./settings/setting.ts";
export type { Trigger } from "./trigger-fields.ts";

/** Options of {@link defineWebhook}. */
export type WebhookInput<R extends Resources, S extends Settings> = Omit<
  FunctionInput<"topics", R, S>,
  "trigger"
>;

/**
 * Defines a webhook: a function that gets events from topics. It is the short form of {@link
 * defineFunction} with that trigger. Events are filtered, and not replayed, unless it says
 * otherwise.
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
