import type { EventType } from "@rainhooks/core";
import { isStageName } from "@rainhooks/stage/outputs";

/** A stage: what is deployed, where, and what differs from the webhooks' definitions. */
export interface StageConfig {
  /** Lower case, digits and dashes; part of every name. */
  readonly name: string;
  readonly region: string;
  /** The one account that this stage may be deployed to. Without it there is no guard. */
  readonly accountId?: string;
  /** Guards data against deletion, and asks for a state that a team shares. */
  readonly production: boolean;
  /** Terraform's state: a file on this machine, or an S3 bucket with a lock file beside it. */
  readonly state: "local" | S3State;
  /** Name of the integration in RainMaker's filters; `rainmaker register` takes it as --integration. Default `rainhooks-<stage>`. */
  readonly integration?: string;
  readonly topics?: TopicsConfig;
  /** By a webhook's name. */
  readonly webhooks?: Readonly<Record<string, WebhookOverride>>;
  readonly archive?: ArchiveConfig;
  readonly queryApi?: QueryApiConfig;
  /** Who is told of alarms. */
  readonly alarms?: { readonly email: string };
  /** Default 14. */
  readonly logRetentionDays?: number;
  /** An AWS-compatible emulator that the provider talks to instead of AWS. */
  readonly endpoint?: string;
}

/** Terraform's state in S3. */
export interface S3State {
  readonly bucket: string;
  readonly region: string;
}

/** How RainMaker's topics are found. */
export interface TopicsConfig {
  /** What the topics' names begin with, if it is not `esp_rainmaker_sns_`. */
  readonly prefix?: string;
  /** By name, or by the CloudFormation exports of RainMaker's stacks, whose values are names. Default `name`. */
  readonly lookup?: "name" | "export";
  /**
   * Events whose topics the deployment does not have. Default: `user_node_sharing_remove`, whose topic no public source
   * names.
   */
  readonly leaveOut?: readonly EventType[];
}

/** What a stage changes of a webhook. */
export interface WebhookOverride {
  /** Default true. */
  readonly deployed?: boolean;
  /** Events of its definition that it does without in this stage. */
  readonly leaveOut?: readonly EventType[];
  /** `queue`: SNS → SQS → Lambda, in batches. `direct`: SNS → Lambda, one event an invocation. Default `queue`. */
  readonly delivery?: "queue" | "direct";
  readonly memoryMiB?: number;
  readonly timeoutS?: number;
  readonly maxConcurrency?: number;
  readonly batchSize?: number;
  readonly windowS?: number;
  /** Only messages whose attributes have one of these values are delivered. */
  readonly filterPolicy?: Readonly<Partial<Record<"event_type" | "node_id" | "user_id", readonly string[]>>>;
  /** Further variables of the function: its settings, `LOG_LEVEL`. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How the archive is kept. */
interface ArchiveConfig {
  /** Gzipped JSON lines, or Parquet (which costs a conversion by the GB). Default `json`. */
  readonly format?: "json" | "parquet";
  /** A folder for each topic. Firehose takes the packed records apart for that, and bills by the GB. Default false. */
  readonly partitionByTopic?: boolean;
  /** Days until an object moves to infrequent access, and to Glacier instant retrieval. Default 30 and 90. */
  readonly coolAfterDays?: number;
  readonly freezeAfterDays?: number;
  /** What one Athena query may read at most. Default 10. */
  readonly scanLimitGiB?: number;
}

/** How the query API is deployed. */
interface QueryApiConfig {
  /** Default true. */
  readonly deployed?: boolean;
  readonly memoryMiB?: number;
  /** Requests handled at once, at most; they are taken out of the account's own limit. Default: that limit alone. */
  readonly maxConcurrency?: number;
}

/** The name of a stage's stack. */
export function stackName(stage: string): string {
  return `rainhooks-${stage}`;
}

/**
 * Checks what types cannot: a stage whose name or numbers AWS would refuse.
 *
 * @throws {TypeError} naming the stage and the mistake.
 */
export function checkStage(config: StageConfig, webhookNames: readonly string[]): void {
  const mistakes = [
    ...nameMistakes(config),
    ...Object.keys(config.webhooks ?? {})
      .filter((name) => !webhookNames.includes(name))
      .map((name) => `there is no webhook ${name}; there are ${webhookNames.join(", ")}`),
    ...numberMistakes(config),
  ];
  if (mistakes.length > 0) throw new TypeError(`Stage ${config.name}: ${mistakes.join("; ")}.`);
}

function nameMistakes({ name, accountId, production, state }: StageConfig): string[] {
  return [
    !isStageName(name) && "name must be up to 12 lower-case letters, digits and dashes",
    name === "local" && "the name local is that of the stage on this machine",
    accountId !== undefined && !/^\d{12}$/.test(accountId) && "accountId must have 12 digits",
    production && state === "local" && "a production stage needs its state in S3",
  ].filter((mistake) => mistake !== false);
}

function numberMistakes({ archive = {}, queryApi = {} }: StageConfig): string[] {
  const { coolAfterDays = 30, freezeAfterDays = 90 } = archive;
  const { memoryMiB = 128, maxConcurrency = 1 } = queryApi;
  return [
    (coolAfterDays < 30 || freezeAfterDays < coolAfterDays + 30) &&
      "archive.coolAfterDays must be at least 30, and archive.freezeAfterDays 30 more",
    !isWhole(memoryMiB, 128, 10_240) && "queryApi.memoryMiB must be 128 to 10,240",
    !isWhole(maxConcurrency, 1, 1000) && "queryApi.maxConcurrency must be 1 to 1,000",
  ].filter((mistake) => mistake !== false);
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
