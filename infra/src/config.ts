import type { EventType } from "@rainhooks/core";

/** Configuration of a stage: what is deployed, where, and what differs from the webhooks' definitions. */
export interface StageConfig {
  /** Up to 12 lower-case letters, digits and dashes. It is part of the name of every resource. */
  readonly name: string;
  readonly region: string;
  /** The only AWS account to which this stage can be deployed. @defaultValue any account */
  readonly accountId?: string;
  /** Protects data against deletion, and requires Terraform state in S3. */
  readonly production: boolean;
  /** Terraform's state: a file on this machine, or an S3 bucket with a lock file beside it. */
  readonly state: "local" | S3State;
  /** Name of the integration in RainMaker's filters, as in `rainmaker register --integration`. @defaultValue `rainhooks-<stage>` */
  readonly integration?: string;
  readonly topics?: TopicsConfig;
  /** Changes to webhooks, by name. */
  readonly webhooks?: Readonly<Record<string, WebhookOverride>>;
  /**
   * Webhooks whose tables and archive are deleted. They must not be deployed. Without it, the data of a webhook stay in the stack
   * when the webhook is no longer deployed.
   */
  readonly dropData?: readonly string[];
  readonly archive?: ArchiveConfig;
  readonly queryApi?: QueryApiConfig;
  /** Address to which alarms are sent. Without it no e-mail is sent. */
  readonly alarms?: { readonly email: string };
  /** @defaultValue 14 */
  readonly logRetentionDays?: number;
  /** URL of an AWS-compatible emulator that Terraform uses instead of AWS. */
  readonly endpoint?: string;
}

/** Terraform's state in S3. */
export interface S3State {
  readonly bucket: string;
  readonly region: string;
}

/** How Terraform finds RainMaker's SNS topics. */
export interface TopicsConfig {
  /** Prefix of the names of the topics. @defaultValue `esp_rainmaker_sns_` */
  readonly prefix?: string;
  /** Find topics by name, or by the CloudFormation exports of RainMaker's stacks, which contain the names. @defaultValue `name` */
  readonly lookup?: "name" | "export";
  /**
   * Events whose topics do not exist in the RainMaker deployment. `user_node_sharing_remove` is always left out, because no public
   * source documents its topic; `include` adds it.
   */
  readonly leaveOut?: readonly EventType[];
  /** Events that are otherwise left out, and whose topics exist. */
  readonly include?: readonly EventType[];
}

/** Changes of a stage to the definition of a webhook. */
export interface WebhookOverride {
  /** @defaultValue true */
  readonly deployed?: boolean;
  /** Events of the definition that the webhook does not subscribe to in this stage. */
  readonly leaveOut?: readonly EventType[];
  /**
   * `queue`: SNS → SQS → Lambda, in batches. `direct`: SNS → Lambda, one event per invocation; needs `maxConcurrency`.
   *
   * @defaultValue `queue`
   */
  readonly delivery?: "queue" | "direct";
  readonly memoryMiB?: number;
  readonly timeoutS?: number;
  /**
   * Maximum number of parallel invocations. With `direct` delivery it is the function's reserved concurrency, taken from the
   * account's limit: SNS alone has none, and RainMaker's own API is in the same account.
   */
  readonly maxConcurrency?: number;
  readonly batchSize?: number;
  readonly windowS?: number;
  /** SNS filter policy: only messages with one of these attribute values are delivered. */
  readonly filterPolicy?: Readonly<Partial<Record<"event_type" | "node_id" | "user_id", readonly string[]>>>;
  /** Additional environment variables of the function: its settings, or `LOG_LEVEL`. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How the archive is stored. */
interface ArchiveConfig {
  /** Gzipped JSON lines, or Parquet, for which Firehose charges a conversion per GB. @defaultValue `json` */
  readonly format?: "json" | "parquet";
  /** Whether each topic has its own folder. Firehose charges for this per GB. @defaultValue false */
  readonly partitionByTopic?: boolean;
  /** Days until an object moves to the storage class Standard-IA. @defaultValue 30 */
  readonly coolAfterDays?: number;
  /** Days until an object moves to Glacier Instant Retrieval. @defaultValue 90 */
  readonly freezeAfterDays?: number;
  /**
   * Whether destroying the stage deletes the archived deliveries. Without it, AWS refuses to delete the bucket until you have
   * emptied it. Not allowed in a production stage.
   *
   * @defaultValue false
   */
  readonly forceDestroy?: boolean;
  /** Maximum amount of data that one Athena query may scan. @defaultValue 10 */
  readonly scanLimitGiB?: number;
}

/** How the query API is deployed. */
interface QueryApiConfig {
  /** @defaultValue true */
  readonly deployed?: boolean;
  readonly memoryMiB?: number;
  /** Reserved concurrency: maximum number of parallel requests, taken from the account's limit. @defaultValue not reserved */
  readonly maxConcurrency?: number;
}

/** Returns the name of a stage's stack. */
export function stackName(stage: string): string {
  return `rainhooks-${stage}`;
}
