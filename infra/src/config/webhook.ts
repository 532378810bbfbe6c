import type { EventType } from "@rainhooks/core";
import type { GivenValue } from "@rainhooks/webhook/define";
import type { WorkerAlarms } from "./worker-alarms.ts";

/** The value of a setting, or where a secret is. */
export type SettingInput = GivenValue | { readonly ssm: string } | { readonly secretsManager: string };

/** Changes of a stage to the definition of a webhook. */
export interface WebhookOverride {
  /** Whether the function and its queue exist. Data stay without them. @defaultValue true */
  readonly deployed?: boolean;
  /** Events of the definition that the webhook does not subscribe to in this stage. */
  readonly leaveOut?: readonly EventType[];
  /**
   * `queue`: SNS → SQS → Lambda, in batches. `direct`: SNS → Lambda, one event per invocation; needs `maxConcurrency`. `firehose`: SNS →
   * Firehose, without a function; only for a webhook that has a stream, such as `archive`.
   *
   * @defaultValue `queue`
   */
  readonly delivery?: "queue" | "direct" | "firehose";
  /** Memory of the function. @defaultValue as in the definition */
  readonly memoryMiB?: number;
  /** Timeout of the function. The visibility timeout of the queue grows with it. @defaultValue as in the definition */
  readonly timeoutS?: number;
  /**
   * Maximum number of parallel invocations. With `direct` delivery it is the function's reserved concurrency, taken from the
   * account's limit: SNS alone has none, and RainMaker's own API is in the same account. @defaultValue as in the definition
   */
  readonly maxConcurrency?: number;
  /** Concurrency that no other function of the account can use; at least `maxConcurrency`. @defaultValue none, or with `direct` delivery `maxConcurrency` */
  readonly reservedConcurrency?: number;
  /** Maximum number of records of an invocation. @defaultValue as in the definition */
  readonly batchSize?: number;
  /** Time in which a batch is collected. @defaultValue as in the definition */
  readonly windowS?: number;
  /** Days until SQS deletes a record that nobody could process: up to 14. @defaultValue 14 */
  readonly queueRetentionDays?: number;
  /** Days until SQS deletes a dead letter: at least `queueRetentionDays`, up to 14, because its age counts from its first arrival. @defaultValue 14 */
  readonly deadLetterRetentionDays?: number;
  /** SNS filter policy: only messages with one of these attribute values are delivered. */
  readonly filterPolicy?: Readonly<Partial<Record<"event_type" | "node_id" | "user_id", readonly string[]>>>;
  /**
   * Values of the webhook's settings, by name. The value of a secret is never here: `{ ssm: "<name of a parameter>" }` or
   * `{ secretsManager: "<name of a secret>" }` say where it is.
   *
   * @defaultValue secrets are in the parameter `/rainhooks-secrets/<stage>/<webhook>/<setting>`
   */
  readonly settings?: Readonly<Record<string, SettingInput>>;
  /** Additional environment variables of the function, such as `LOG_LEVEL`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** When this webhook's alarms go off. */
  readonly alarms?: WebhookAlarms;
}

/** The values that must be exceeded for an alarm of a webhook to go off. */
export interface WebhookAlarms extends WorkerAlarms {
  /**
   * Hours without any event: 1 to 168, or `never`. The alarm then also means that RainMaker, or the subscription, has stopped.
   *
   * @defaultValue 24 in production, for webhooks that get events which every fleet sends daily; otherwise `never`
   */
  readonly silentAfterHours?: number | "never";
}
