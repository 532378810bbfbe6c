import type { EventType } from "@rainhooks/core";
import type { GivenValue } from "@rainhooks/webhook/define";

/** The value of a setting, or where a secret is. */
export type SettingInput = GivenValue | { readonly ssm: string } | { readonly secretsManager: string };

/** Changes of a stage to the definition of a function. A field that a function does not have by its trigger is refused. */
export interface FunctionChanges {
  /**
   * Whether the function exists, with its queue, its rule or its URL. Data stay without it. Others that use its queue must not be deployed without it.
   *
   * @defaultValue true; for `store-work` false
   */
  readonly deployed?: boolean;
  /**
   * With a queue: stops the function. What comes waits in its queue, for 14 days or `queueRetentionDays`, and its alarms for lateness and silence notify nobody. Without it, the function takes
   * what has waited. The next deployment keeps what this says.
   *
   * @defaultValue false
   */
  readonly paused?: boolean;
  /** Memory of the function. @defaultValue as in the definition */
  readonly memoryMiB?: number;
  /** Timeout of the function. The visibility timeout of its queue grows with it. @defaultValue as in the definition */
  readonly timeoutS?: number;
  /**
   * Concurrency that no other function of the account can use; with a queue at least `maxConcurrency`, and for `query-api` the maximum number of requests at
   * once.
   *
   * @defaultValue none, or with `direct` delivery `maxConcurrency`
   */
  readonly reservedConcurrency?: number;
  /**
   * Values of the function's settings, by name. The value of a secret is never here: `{ ssm: "<name of a parameter>" }` or
   * `{ secretsManager: "<name of a secret>" }` say where it is.
   *
   * @defaultValue as in the definition; secrets are in the parameter `/rainhooks-secrets/<stage>/<function>/<setting>`
   */
  readonly settings?: Readonly<Record<string, SettingInput>>;
  /** Additional environment variables of the function, such as `LOG_LEVEL`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** When this function's alarms go off. */
  readonly alarms?: FunctionAlarms;
  /**
   * With a queue: maximum number of parallel invocations. With `direct` delivery it is the function's reserved concurrency, taken from the
   * account's limit: SNS alone has none, and RainMaker's own API is in the same account. For `store-work`: maximum number of invocations that one command makes at
   * once, 1 to 1,000, which share the account's limit with all other functions.
   *
   * @defaultValue as in the definition; of a webhook by `nodes`
   */
  readonly maxConcurrency?: number;
  /** With a queue: maximum number of records of an invocation. @defaultValue as in the definition */
  readonly batchSize?: number;
  /** With a queue: time in which a batch is collected. @defaultValue as in the definition */
  readonly windowS?: number;
  /** With a queue: days until SQS deletes a record that nobody could process: up to 14. @defaultValue 14 */
  readonly queueRetentionDays?: number;
  /** With a queue: days until SQS deletes a dead letter: at least `queueRetentionDays`, up to 14, because its age counts from its first arrival. @defaultValue 14 */
  readonly deadLetterRetentionDays?: number;
  /** Of a webhook: events of the definition that it does not subscribe to in this stage. */
  readonly leaveOut?: readonly EventType[];
  /**
   * Of a webhook. `queue`: SNS → SQS → Lambda, in batches. `direct`: SNS → Lambda, one event per invocation; needs `maxConcurrency`. `firehose`: SNS →
   * Firehose, without a function; only for a webhook that has a stream, such as `archive`.
   *
   * @defaultValue `queue`
   */
  readonly delivery?: "queue" | "direct" | "firehose";
  /** Of a webhook: SNS filter policy: only messages with one of these attribute values are delivered. */
  readonly filterPolicy?: Readonly<Partial<Record<"event_type" | "node_id" | "user_id", readonly string[]>>>;
  /** Of a function that runs at a rate: minutes between two runs, 1 to 1,440. @defaultValue as in the definition */
  readonly everyMinutes?: number;
  /**
   * Of a function with a URL: origins whose pages may call it from a browser, such as `https://ops.example.com`. Requests must still be signed with AWS
   * credentials. @defaultValue none
   */
  readonly allowOrigins?: readonly string[];
}

/** The values that must be exceeded for an alarm of a function to go off. */
export interface FunctionAlarms {
  /** Messages in the dead-letter queue. @defaultValue 0 */
  readonly maxDeadLetters?: number;
  /** Age of the oldest message in the queue. @defaultValue 900, and the delay with which messages are sent to the queue: 1,800 for `retries` */
  readonly maxAgeS?: number;
  /** Failed and throttled invocations within 5 minutes, twice in a row. @defaultValue 0 */
  readonly maxFailures?: number;
  /**
   * Of a webhook: hours without any event: 1 to 168, or `never`. The alarm then also means that RainMaker, or the subscription, has stopped.
   *
   * @defaultValue 24 in production, for webhooks that get events which every fleet sends daily; otherwise `never`
   */
  readonly silentAfterHours?: number | "never";
}
