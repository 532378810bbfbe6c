import { isStageName } from "@rainhooks/stage/outputs";
import { LOG_LEVELS } from "@rainhooks/webhook/log-level";
import type { TerraformStack } from "cdktf";
import * as v from "valibot";
import { AlarmsSchema } from "./alarms.ts";
import { ArchiveSchema } from "./archive.ts";
import { DestinationSchema } from "./destinations.ts";
import { EgressSchema } from "./egress.ts";
import { ForwardSchema } from "./forward.ts";
import { FunctionSchema } from "./functions.ts";
import { TopicsSchema } from "./topics.ts";
import { byName, choice, fields, flag, list, region, text, textThat, whole } from "./values.ts";

export type { SettingInput } from "./functions.ts";

/** Terraform's state in S3. */
const S3StateSchema = fields({
  /** Name of the bucket. Names are unique in all of AWS. */
  bucket: text(
    /^(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "must be the name of a bucket: 3 to 63 lower-case letters, digits, dots and dashes",
  ),
  /** Region of the bucket. */
  region: region(),
});

/** Settings of all tables. */
const TablesSchema = fields({
  /** Days to which a table can be restored: 1 to 35. @defaultValue 35 */
  recoveryDays: v.exactOptional(whole(1, 35)),
});

/** Settings of all roles. */
const IamSchema = fields({
  /** ARN of the policy that limits what the roles can ever be allowed. */
  permissionsBoundary: v.exactOptional(
    text(/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/, "must be the ARN of an IAM policy"),
  ),
  /** Path of the roles and policies, such as `/platform/`. @defaultValue `/` */
  path: v.exactOptional(text(/^\/([\w+=,.@-]+\/)*$/, "must begin and end with a slash, such as /platform/")),
});

/** Nodes of the largest fleet that the arithmetic is made for. */
const MAX_NODES = 1_000_000_000;

/** The retention times that CloudWatch Logs knows. Source: CloudWatch Logs API reference, PutRetentionPolicy. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Configuration of a stage: what is deployed, where, and what differs from the webhooks' definitions. */
export const StageSchema = fields({
  /** Up to 12 lower-case letters and digits. It is part of the name of every resource: without dashes, the names of no stage begin with those of another. */
  name: v.pipe(
    textThat(isStageName, "must be up to 12 lower-case letters and digits, and begin with a letter"),
    v.check((name) => name !== "local", "is reserved for the local stage: take another name"),
  ),
  /** The AWS region of the stage. Without `topics.arns`, RainMaker's topics must be in the same region. */
  region: region(),
  /** The only AWS account to which this stage can be deployed. Required in production. @defaultValue any account */
  accountId: v.exactOptional(text(/^\d{12}$/, "must have 12 digits")),
  /**
   * Protects data against deletion. Requires `accountId`, Terraform state in an S3 bucket, and `alarms` that reach somebody.
   */
  production: flag(),
  /** Terraform's state: a file in `infra/state`, or an S3 bucket with a lock file beside it. */
  state: v.union([v.literal("local"), S3StateSchema], "must be local, or an object with bucket and region"),
  /** Name of the integration in RainMaker's filters, as in `rainmaker register --integration`. @defaultValue `rainhooks-<stage>` */
  integration: v.exactOptional(
    text(/^[\w.-]{1,128}$/, "must have 1 to 128 letters, digits, dots, dashes and underscores"),
  ),
  /**
   * Number of nodes for which the stage is made, with what grows in a year. The concurrency of the functions follows from it, and
   * `npm run cost -- --nodes` says what else it needs. @defaultValue 100,000
   */
  nodes: v.exactOptional(whole(1, MAX_NODES)),
  /**
   * Where events come from. `classic`: the topics of ESP RainMaker. `neo`: RainMaker Neo, which has none. Then the stage makes the topics, and AWS IoT and Neo's table of
   * readings feed them (docs/neo.md). Neo must be in the account and region of the stage. @defaultValue `classic`
   */
  source: v.exactOptional(choice(["classic", "neo"])),
  /** How RainMaker's SNS topics are found. */
  topics: v.exactOptional(TopicsSchema),
  /**
   * Asks AWS IoT why nodes disconnect: a rule for its presence events, whose reason node status and alarms then have. RainMaker must be in the account and region
   * of the stage. @defaultValue false, with the source `neo` true
   */
  disconnectReasons: v.exactOptional(flag()),
  /**
   * What the stage has: `archive`, `node-status`, `time-series`, `forward`, `alarms`, `query-api`, `samples`, `hello`. Webhooks of your own are no parts: every stage has them.
   * A part that is taken out later takes its data along. In production, AWS deletes no protected table and no bucket with objects, and the deployment stops there.
   *
   * @defaultValue all
   */
  parts: v.exactOptional(list(v.string("must be the name of a part"))),
  /** Changes to webhooks and all other functions, by name. */
  functions: v.exactOptional(byName(FunctionSchema)),
  /**
   * SQS queues, SNS topics, EventBridge buses and Lambda functions that events may be forwarded to, by names of your choice: their ARNs. A
   * destination names one of them, as in `rainhooks destinations add erp --target orders`. In another account, their own policy must allow it, too.
   */
  targets: v.exactOptional(byName(v.string("must be an ARN"))),
  /**
   * Destinations of events, by their ids, with what `rainhooks destinations add` takes and is not secret. `rainhooks destinations set-secrets` gives them their secrets. Those that
   * commands have made stay, and a name that one of them has is refused by the deployment.
   */
  destinations: v.exactOptional(byName(DestinationSchema)),
  /** From which addresses the functions that send events connect. */
  egress: v.exactOptional(EgressSchema),
  /**
   * Functions whose tables and archive are deleted. They must not be deployed, and the stage not be a production stage. Without it, the data of a webhook stay in the stack
   * when the webhook is no longer deployed.
   */
  dropData: v.exactOptional(list(v.string("must be the name of a function"))),
  /** How the archive is stored. */
  archive: v.exactOptional(ArchiveSchema),
  /** How long tables can be restored. */
  tables: v.exactOptional(TablesSchema),
  /** When the alarms about destinations of events go off. */
  forward: v.exactOptional(ForwardSchema),
  /**
   * Whether `rainhooks listen` may subscribe queues of developers to RainMaker's topics.
   *
   * @defaultValue true, in production false
   */
  listen: v.exactOptional(flag()),
  /** Who receives alarms, and when. */
  alarms: v.exactOptional(AlarmsSchema),
  /** One of the numbers of days that CloudWatch Logs accepts. @defaultValue 14 */
  logRetentionDays: v.exactOptional(
    v.picklist(LOG_RETENTION_DAYS, `must be one of ${LOG_RETENTION_DAYS.join(", ")}`),
  ),
  /** Log level of all functions. @defaultValue `info` */
  logLevel: v.exactOptional(choice(LOG_LEVELS)),
  /** Tags of all resources, besides `project`, `stage` and `managed-by`. */
  tags: v.exactOptional(byName(v.string("must be a text"))),
  /** First part of the name of every resource: up to 15 lower-case letters and digits. @defaultValue `rainhooks` */
  namePrefix: v.exactOptional(
    text(/^[a-z][a-z0-9]{0,14}$/, "must be up to 15 lower-case letters and digits, and begin with a letter"),
  ),
  /** Limits of your organization on roles. */
  iam: v.exactOptional(IamSchema),
  /**
   * ARN of a KMS key of yours that encrypts queues, tables, buckets, logs, the stream, the alarm topic and the functions' environment
   * variables. Its policy must allow what `npm run key-policy` prints. @defaultValue keys that AWS owns, without extra cost
   */
  kmsKeyArn: v.exactOptional(v.string("must be the ARN of a KMS key")),
  /** Changes the finished stack, for what no field covers: overrides of resources, or resources of your own. */
  customize: v.exactOptional(
    v.custom<(stack: TerraformStack) => void>((value) => typeof value === "function", "must be a function"),
  ),
  /** URL of an AWS-compatible emulator that Terraform uses instead of AWS. */
  endpoint: v.exactOptional(v.string("must be a URL")),
});

/** Configuration of a stage. */
export interface StageConfig extends Readonly<v.InferOutput<typeof StageSchema>> {}

/** Changes of a stage to the definition of a function. */
export interface FunctionChanges extends Readonly<v.InferOutput<typeof FunctionSchema>> {}

/** The values that must be exceeded for an alarm of a function to go off. */
export type FunctionAlarms = NonNullable<FunctionChanges["alarms"]>;

/** How Terraform finds RainMaker's SNS topics. */
export interface TopicsConfig extends Readonly<v.InferOutput<typeof TopicsSchema>> {}

/** How the archive is stored. */
export interface ArchiveConfig extends Readonly<v.InferOutput<typeof ArchiveSchema>> {}

/** When the alarms of forwarding go off. */
export interface ForwardConfig extends Readonly<v.InferOutput<typeof ForwardSchema>> {}

/** Terraform's state in S3. */
export interface S3State extends Readonly<v.InferOutput<typeof S3StateSchema>> {}

/** Returns the name of a stage's stack. */
export function stackName(stage: string): string {
  return `rainhooks-${stage}`;
}
