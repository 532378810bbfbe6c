import { countField, kind, listField, textThat } from "@rainhooks/core/fields";
import type { SettingValueOfStage } from "@rainhooks/webhook/settings/set-settings";
import type { Trigger } from "@rainhooks/webhook/trigger-fields";
import {
  anyText,
  byName,
  type Entries,
  eventType,
  fields,
  flag,
  list,
  numberFrom,
  of,
  optional,
  text,
  threshold,
  type Value,
  whole,
  withDefault,
} from "./values.ts";

/** A field that has an effect only on functions with one of some triggers. */
function only<T>(value: Value<T>, ...triggers: readonly Trigger[]) {
  return { ...optional(value), triggers };
}

/** The values that must be exceeded for an alarm of a function to go off. */
export const FunctionAlarmsSchema = fields({
  /** Messages in the dead-letter queue. */
  maxDeadLetters: { ...withDefault(threshold(), 0), triggers: ["topics", "queue"] },
  /**
   * Age of the oldest message in the queue. @defaultValue 900, and the delay with which messages
   * are sent to the queue: 1,800 for `retries`
   */
  maxAgeS: only(threshold(), "topics", "queue"),
  /** Failed and throttled invocations within a minute, for three minutes of fifteen or more. */
  maxFailures: { ...withDefault(threshold(), 0), triggers: ["topics", "queue", "rate", "url"] },
  /**
   * Of a webhook: hours without any event: 1 to 168, or `never`. The alarm then also means that
   * RainMaker, or the subscription, has stopped.
   *
   * @defaultValue 24 in production, for webhooks that get events which every fleet sends daily;
   * otherwise `never`
   */
  silentAfterHours: only(
    of(
      kind("a whole number from 1 to 168, or never", (value) => {
        const hours = countField(1, 168)(value);
        return value === "never" ? value : hours.ok ? hours.value : undefined;
      }),
    ),
    "topics",
  ),
});

/** The value of a setting, or where a secret is. */
export type SettingInput =
  | SettingValueOfStage
  | { readonly ssm: string }
  | { readonly secretsManager: string };

const settingInput: Value<SettingInput> = of(
  kind<SettingInput>(
    "a text, a number, true or false, a list of texts, or for a secret { ssm: … } or { secretsManager: … }",
    (value) => (isSettingInput(value) ? value : undefined),
  ),
);

function isSettingInput(value: unknown): value is SettingInput {
  if (typeof value !== "object" || value === null)
    return ["string", "number", "boolean"].includes(typeof value);
  if (Array.isArray(value)) return value.every((one) => typeof one === "string");
  const [[key, name] = [], ...others] = Object.entries(value);
  return (
    others.length === 0 && (key === "ssm" || key === "secretsManager") && typeof name === "string"
  );
}

/**
 * SQS keeps a message for 1 minute to 14 days. Source: Amazon SQS developer guide, "Message
 * quotas".
 */
const retentionDays = () => numberFrom(1 / 1440, 14, "up to 14, and at least a minute");

/**
 * Limits of SNS filter policies. Source: Amazon SNS developer guide, "Filter policy constraints".
 */
const MAX_POLICY_VALUES = 150;

const policyValues = () =>
  optional(
    of(
      listField(
        { min: 1, max: MAX_POLICY_VALUES, of: "values" },
        textThat("a text", () => true),
      ),
    ),
  );

/**
 * Changes of a stage to the definition of a function. A field without effect on a function, because
 * of its trigger, is refused.
 */
export const FunctionSchema = fields({
  /**
   * Whether the function exists, with its queue, its rule or its URL. Data stay without it. Others
   * that use its queue must not be deployed without it.
   *
   * @defaultValue true
   */
  deployed: optional(flag()),
  /**
   * With a queue: stops the function. What comes waits in its queue, for 14 days or
   * `queueRetentionDays`, and its alarms for lateness and silence notify nobody. Without it, the
   * function takes what has waited. The next deployment keeps what this says.
   *
   * @defaultValue false
   */
  paused: only(flag(), "topics", "queue"),
  /** Memory of the function. @defaultValue as in the definition */
  memoryMiB: optional(whole(128, 10_240)),
  /**
   * Timeout of the function. The visibility timeout of its queue grows with it. @defaultValue as in
   * the definition
   */
  timeoutS: optional(whole(1, 900)),
  /**
   * Concurrency that no other function of the account can use; with a queue at least
   * `maxConcurrency`, and for `query-api` the maximum number of requests at once.
   *
   * @defaultValue none
   */
  reservedConcurrency: optional(whole(1, 1000)),
  /**
   * Values of the function's settings, by name. The value of a secret is never here: `{ ssm: "<name
   * of a parameter>" }` or `{ secretsManager: "<name of a secret>" }` say where it is.
   *
   * @defaultValue as in the definition; secrets are in the parameter
   * `/rainhooks-secrets/<stage>/<function>/<setting>`
   */
  settings: optional(byName(settingInput)),
  /** Additional environment variables of the function, such as `LOG_LEVEL`. */
  environment: optional(byName(anyText("a text"))),
  /** When this function's alarms go off. */
  alarms: optional(FunctionAlarmsSchema),
  /**
   * With a queue: maximum number of parallel invocations. For `store-read` and `store-work`:
   * maximum number of invocations that one command makes at once, 1 to 1,000, which share the
   * account's limit with all other functions.
   *
   * @defaultValue as in the definition; of a webhook by `nodes`
   */
  maxConcurrency: only(whole(1, 1000), "topics", "queue", "invocation"),
  /**
   * With a queue: maximum number of records of an invocation. @defaultValue as in the definition
   */
  batchSize: only(whole(1, 10_000), "topics", "queue"),
  /** With a queue: time in which a batch is collected. @defaultValue as in the definition */
  windowS: only(whole(0, 300), "topics", "queue"),
  /**
   * With a queue: days until SQS deletes a record that nobody could process: up to 14.
   * @defaultValue 14
   */
  queueRetentionDays: only(retentionDays(), "topics", "queue"),
  /**
   * With a queue: days until SQS deletes a dead letter: at least `queueRetentionDays`, up to 14,
   * because its age counts from its first arrival. @defaultValue 14
   */
  deadLetterRetentionDays: only(retentionDays(), "topics", "queue"),
  /** Of a webhook: events of the definition that it does not subscribe to in this stage. */
  leaveOut: only(list(eventType()), "topics"),
  /**
   * Of a webhook: SNS filter policy: only messages with one of these attribute values are
   * delivered.
   */
  filterPolicy: only(
    fields({ event_type: policyValues(), node_id: policyValues(), user_id: policyValues() }),
    "topics",
  ),
  /**
   * Of a function that runs at a rate: minutes between two runs, 1 to 1,440. @defaultValue as in
   * the definition
   */
  everyMinutes: only(whole(1, 1440), "rate"),
  /**
   * Of a function with a URL: origins whose pages may call it from a browser, such as
   * `https://ops.example.com`. Requests must still be signed with AWS credentials. @defaultValue
   * none
   */
  allowOrigins: only(
    list(text(/^https?:\/\/[\w.-]+(:\d+)?$/, "an origin, such as https://ops.example.com")),
    "url",
  ),
});

/**
 * Whether a field has an effect on functions with a trigger.
 *
 * @param field With the field that it is in, such as `alarms.maxAgeS`.
 */
export function hasEffect(field: string, trigger: Trigger): boolean {
  const [entries, name]: [Entries, string] = field.startsWith("alarms.")
    ? [FunctionAlarmsSchema.entries, field.slice("alarms.".length)]
    : [FunctionSchema.entries, field];
  return entries[name]?.triggers?.includes(trigger) ?? true;
}
