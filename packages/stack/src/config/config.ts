import { isStageName } from "@rainhooks/stage/outputs";
import { integrationName } from "@rainhooks/webhook/names";
import { LOG_LEVELS } from "@rainhooks/webhook/observe/log-level";
import type { TerraformStack } from "cdktf";
import * as v from "valibot";
import { ArchiveSchema } from "./archive.ts";
import { EgressSchema } from "./egress.ts";
import { FunctionSchema } from "./functions.ts";
import {
  byEvent,
  byName,
  choice,
  email,
  eventType,
  fields,
  flag,
  list,
  region,
  text,
  textThat,
  topicArn,
  topicName,
  whole,
} from "./values.ts";

/** How Terraform finds RainMaker's SNS topics. */
const TopicsSchema = fields({
  /** Prefix of the names of the topics. @defaultValue `esp_rainmaker_sns_` */
  prefix: v.exactOptional(
    text(/^[\w-]{0,200}$/, "must have up to 200 letters, digits, dashes and underscores"),
  ),
  /**
   * Find topics by name, or by the CloudFormation exports of RainMaker's stacks, which contain the names.
   * @defaultValue `name`
   */
  lookup: v.exactOptional(choice(["name", "export"])),
  /** Names of topics that differ from RainMaker's, by event. */
  names: v.exactOptional(byEvent(topicName())),
  /**
   * ARNs of topics in another account or region, by event. They are not looked up. The policy of a topic in
   * another account must allow this account to subscribe (`sns:Subscribe`). Messages of a topic in another
   * region that SNS cannot deliver are lost: AWS allows no dead-letter queue there.
   */
  arns: v.exactOptional(byEvent(topicArn())),
  /**
   * Events whose topics do not exist in the RainMaker deployment. `user_node_sharing_remove` is always left
   * out, because no public source documents its topic; `include`, `names` or `arns` add it.
   */
  leaveOut: v.exactOptional(list(eventType())),
  /** Events that are otherwise left out, and whose topics exist. */
  include: v.exactOptional(list(eventType())),
  /**
   * Names of further topics of the RainMaker deployment, such as `esp_rainmaker_sns_node_status_modified`.
   * Only the archive subscribes to them: which events come on them is not known.
   */
  extra: v.exactOptional(list(topicName())),
});

/** Who receives the alarms of a stage. Thresholds are set per webhook. */
const AlarmsSchema = fields({
  /** E-mail addresses. Each must confirm its subscription once. */
  emails: v.exactOptional(list(email())),
  /**
   * ARN of a topic of yours that receives every alarm. Its policy must allow `cloudwatch.amazonaws.com` to
   * publish. Without `emails` the stage then has no topic of its own.
   */
  topicArn: v.exactOptional(topicArn()),
  /**
   * ARN of a topic of yours that receives only alarms at which somebody should look at once, also at night,
   * besides the receivers of all. Its policy must allow the same.
   */
  urgentTopicArn: v.exactOptional(topicArn()),
  /**
   * Dollars that a month may cost: AWS Budgets sends the `emails` a message when it is likely to cost more,
   * and when it has. What counts has the tag `rainhooks-stage`, which must be activated once as a cost
   * allocation tag of the account.
   */
  monthlyUsd: v.exactOptional(whole(1, 10_000_000)),
  /**
   * Alarms that notify nobody, by the part of their name after the stage, such as `hello-failing`. They stay
   * on the dashboard of CloudWatch.
   */
  mute: v.exactOptional(list(v.string("must be the name of an alarm"))),
});

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
  /**
   * ARN of the policy that limits what the roles can ever be allowed. Its name must not begin like those of
   * the stage.
   */
  permissionsBoundary: v.exactOptional(
    text(/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/, "must be the ARN of an IAM policy"),
  ),
  /**
   * Path above the stage's own, which is `/rainhooks-<stage>/` with all its roles and policies. For example
   * `/platform/`. @defaultValue `/`
   */
  path: v.exactOptional(text(/^\/([\w+=,.@-]+\/)*$/, "must begin and end with a slash, such as /platform/")),
});

/** Nodes of the largest fleet that the arithmetic is made for. */
const MAX_NODES = 1_000_000_000;

const MAX_AUDIT_DAYS = 3653;

/**
 * The retention times that CloudWatch Logs knows. Source: CloudWatch Logs API reference, PutRetentionPolicy.
 */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * The platform's part of a stage's file: what is deployed, where, and the differences to the webhooks'
 * definitions.
 */
export const StackSchema = fields({
  /**
   * Up to 12 lower-case letters and digits. Before them can be a prefix of up to 15, and a dash, as in
   * `acme-prod`. The name of every resource begins with it: with `rainhooks-prod` for `prod`, with
   * `acme-prod` for `acme-prod`.
   */
  name: v.pipe(
    textThat(isStageName, "must be up to 12 lower-case letters and digits, or a prefix, a dash and those"),
    v.check((name) => name !== "local", "must be another name than that of the local stage"),
  ),
  /** The AWS region of the stage. Without `topics.arns`, RainMaker's topics must be in the same region. */
  region: region(),
  /**
   * The only AWS account to which this stage can be deployed. Required in production. @defaultValue any
   * account
   */
  accountId: v.exactOptional(text(/^\d{12}$/, "must have 12 digits")),
  /**
   * Protects data against deletion. Requires `accountId`, Terraform state in an S3 bucket, and `alarms` that
   * reach somebody.
   */
  production: flag(),
  /** Terraform's state: a file in `infra/state`, or an S3 bucket with a lock file beside it. */
  state: v.union([v.literal("local"), S3StateSchema], "must be local, or an object with bucket and region"),
  /**
   * Name of the integration in RainMaker's filters, as in `rainmaker register --integration`. @defaultValue
   * `rainhooks-<stage>`
   */
  integration: v.exactOptional(
    text(/^[\w.-]{1,128}$/, "must have 1 to 128 letters, digits, dots, dashes and underscores"),
  ),
  /**
   * Number of nodes for which the stage is made, with what grows in a year. The concurrency of the functions
   * follows from it, and `npm run cost -- --nodes` says what else it needs. @defaultValue 100,000
   */
  nodes: v.exactOptional(whole(1, MAX_NODES)),
  /** How RainMaker's SNS topics are found. */
  topics: v.exactOptional(TopicsSchema),
  /**
   * What the stage has: `archive`, `node-status`, `time-series`, `forwarding`, `alarms`, `repair` (with which
   * each table of a store has a spare one), `privacy`, `query-api`, `samples`, `hello`. Webhooks of your own
   * are no parts: every stage has them. A part that is taken out later is named in `dropData`, too, or the
   * next synthesis refuses to delete its data.
   *
   * @defaultValue all
   */
  parts: v.exactOptional(list(v.string("must be the name of a part"))),
  /** Changes to webhooks and all other functions, by name. */
  functions: v.exactOptional(byName(FunctionSchema)),
  /** From which addresses the functions that send events connect. */
  egress: v.exactOptional(EgressSchema),
  /**
   * Whose tables and archive are deleted: functions that are not deployed, parts that are left out, and
   * tables of the last deployment of which the code does not know any more. Not in a production stage.
   * Without it, the data of a webhook stay in the stack when the webhook is no longer deployed.
   */
  dropData: v.exactOptional(list(v.string("must be a name"))),
  /** How the archive is stored. */
  archive: v.exactOptional(ArchiveSchema),
  /** How long tables can be restored. */
  tables: v.exactOptional(TablesSchema),
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
  /** Days for which it is recorded who has changed what. A change holds for what is recorded from then on. @defaultValue 400 */
  auditDays: v.exactOptional(whole(1, MAX_AUDIT_DAYS)),
  /** Log level of all functions. @defaultValue `info` */
  logLevel: v.exactOptional(choice(LOG_LEVELS)),
  /** Tags of all resources, besides `project`, `stage` and `managed-by`. */
  tags: v.exactOptional(byName(v.string("must be a text"))),
  /** Limits of your organization on roles. */
  iam: v.exactOptional(IamSchema),
  /**
   * ARN of a KMS key of yours that encrypts queues, tables, buckets, logs, the stream, the alarm topic and
   * the functions' environment variables. Its policy must allow what `npm run key-policy` prints.
   * @defaultValue keys that AWS owns, without extra cost
   */
  kmsKeyArn: v.exactOptional(v.string("must be the ARN of a KMS key")),
  /**
   * Changes the finished stack, for what no field covers: overrides of resources, or resources of your own.
   */
  customize: v.exactOptional(
    v.custom<(stack: TerraformStack) => void>((value) => typeof value === "function", "must be a function"),
  ),
  /** URL of an AWS-compatible emulator that Terraform uses instead of AWS. */
  endpoint: v.exactOptional(v.string("must be a URL")),
});

/** The platform's part of the configuration of a stage. */
export interface StackConfig extends Readonly<v.InferOutput<typeof StackSchema>> {}

/** Changes of a stage to the definition of a function. */
export interface FunctionChanges extends Readonly<v.InferOutput<typeof FunctionSchema>> {}

/** The values that must be exceeded for an alarm of a function to go off. */
export type FunctionAlarms = NonNullable<FunctionChanges["alarms"]>;

/** How Terraform finds RainMaker's SNS topics. */
export interface TopicsConfig extends Readonly<v.InferOutput<typeof TopicsSchema>> {}

/** How the archive is stored. */
export interface ArchiveConfig extends Readonly<v.InferOutput<typeof ArchiveSchema>> {}

/** Terraform's state in S3. */
export interface S3State extends Readonly<v.InferOutput<typeof S3StateSchema>> {}

/** Returns the name of a stage's stack. */
export function stackName(stage: string): string {
  return integrationName(stage);
}
