import type { LogLevel } from "@rainhooks/webhook/log-level";
import type { TerraformStack } from "cdktf";
import type { AlarmsConfig } from "./alarms.ts";
import type { ArchiveConfig } from "./archive.ts";
import type { ForwardConfig } from "./forward.ts";
import type { FunctionChanges } from "./functions.ts";
import type { TopicsConfig } from "./topics.ts";

export type { AlarmsConfig } from "./alarms.ts";
export type { ForwardConfig } from "./forward.ts";
export type { FunctionAlarms, FunctionChanges, SettingInput } from "./functions.ts";
export type { TopicsConfig } from "./topics.ts";

/** Configuration of a stage: what is deployed, where, and what differs from the webhooks' definitions. */
export interface StageConfig {
  /** Up to 12 lower-case letters and digits. It is part of the name of every resource: without dashes, the names of no stage begin with those of another. */
  readonly name: string;
  /** The AWS region of the stage. Without `topics.arns`, RainMaker's topics must be in the same region. */
  readonly region: string;
  /** The only AWS account to which this stage can be deployed. Required in production. @defaultValue any account */
  readonly accountId?: string;
  /**
   * Protects data against deletion. Requires `accountId`, Terraform state in an S3 bucket, and `alarms` that reach somebody.
   */
  readonly production: boolean;
  /** Terraform's state: a file in `infra/state`, or an S3 bucket with a lock file beside it. */
  readonly state: "local" | S3State;
  /** Name of the integration in RainMaker's filters, as in `rainmaker register --integration`. @defaultValue `rainhooks-<stage>` */
  readonly integration?: string;
  /**
   * Number of nodes for which the stage is made, with what grows in a year. The concurrency of the functions follows from it, and
   * `npm run cost -- --nodes` says what else it needs. @defaultValue 100,000
   */
  readonly nodes?: number;
  /** How RainMaker's SNS topics are found. */
  readonly topics?: TopicsConfig;
  /**
   * Asks AWS IoT why nodes disconnect: a rule for its presence events, whose reason node status and alarms then have. RainMaker must be in the account and region
   * of the stage. @defaultValue false
   */
  readonly disconnectReasons?: boolean;
  /**
   * What the stage has: `archive`, `node-status`, `time-series`, `forward`, `alarms`, `query-api`, `samples`, `hello`. Webhooks of your own are no parts: every stage has them.
   * A part that is taken out later takes its data along. In production, AWS deletes no protected table and no bucket with objects, and the deployment stops there.
   *
   * @defaultValue all
   */
  readonly parts?: readonly string[];
  /** Changes to webhooks and all other functions, by name. */
  readonly functions?: Readonly<Record<string, FunctionChanges>>;
  /**
   * SQS queues, SNS topics, EventBridge buses and Lambda functions that events may be forwarded to, by names of your choice: their ARNs. A
   * destination names one of them, as in `rainhooks destinations add erp --target orders`. In another account, their own policy must allow it, too.
   */
  readonly targets?: Readonly<Record<string, string>>;
  /**
   * Functions whose tables and archive are deleted. They must not be deployed, and the stage not be a production stage. Without it, the data of a webhook stay in the stack
   * when the webhook is no longer deployed.
   */
  readonly dropData?: readonly string[];
  /** How the archive is stored. */
  readonly archive?: ArchiveConfig;
  /** How long tables can be restored. */
  readonly tables?: TablesConfig;
  /** When the alarms about destinations of events go off. */
  readonly forward?: ForwardConfig;
  /**
   * Whether `rainhooks listen` may subscribe queues of developers to RainMaker's topics.
   *
   * @defaultValue true, in production false
   */
  readonly listen?: boolean;
  /** Who receives alarms, and when. */
  readonly alarms?: AlarmsConfig;
  /** One of the numbers of days that CloudWatch Logs accepts. @defaultValue 14 */
  readonly logRetentionDays?: number;
  /** Log level of all functions. @defaultValue `info` */
  readonly logLevel?: LogLevel;
  /** Tags of all resources, besides `project`, `stage` and `managed-by`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** First part of the name of every resource: up to 15 lower-case letters and digits. @defaultValue `rainhooks` */
  readonly namePrefix?: string;
  /** Limits of your organization on roles. */
  readonly iam?: IamConfig;
  /**
   * ARN of a KMS key of yours that encrypts queues, tables, buckets, logs, the stream, the alarm topic and the functions' environment
   * variables. Its policy must allow what `npm run key-policy` prints. @defaultValue keys that AWS owns, without extra cost
   */
  readonly kmsKeyArn?: string;
  /** Changes the finished stack, for what no field covers: overrides of resources, or resources of your own. */
  readonly customize?: (stack: TerraformStack) => void;
  /** URL of an AWS-compatible emulator that Terraform uses instead of AWS. */
  readonly endpoint?: string;
}

/** Terraform's state in S3. */
export interface S3State {
  /** Name of the bucket. Names are unique in all of AWS. */
  readonly bucket: string;
  /** Region of the bucket. */
  readonly region: string;
}

/** Settings of all tables. */
interface TablesConfig {
  /** Days to which a table can be restored: 1 to 35. @defaultValue 35 */
  readonly recoveryDays?: number;
}

/** Settings of all roles. */
interface IamConfig {
  /** ARN of the policy that limits what the roles can ever be allowed. */
  readonly permissionsBoundary?: string;
  /** Path of the roles and policies, such as `/platform/`. @defaultValue `/` */
  readonly path?: string;
}

/** Returns the name of a stage's stack. */
export function stackName(stage: string): string {
  return `rainhooks-${stage}`;
}
