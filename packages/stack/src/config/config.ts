import { kind, textThat } from "@rainhooks/core/fields";
import { describeValue, isJsonObject } from "@rainhooks/core/json";
import { isStageName } from "@rainhooks/stage/outputs";
import { USUAL_AUDIT_DAYS } from "@rainhooks/stage/tables/stage-tables";
import { deployedName, integrationName } from "@rainhooks/webhook/names";
import { LOG_LEVELS } from "@rainhooks/webhook/observe/log-level";
import type { TerraformStack } from "cdktf";
import { ArchiveSchema } from "./archive.ts";
import { EgressSchema } from "./egress.ts";
import { FunctionSchema } from "./functions.ts";
import {
  anyText,
  byEvent,
  byName,
  choice,
  email,
  eventType,
  type FieldsOf,
  fields,
  flag,
  list,
  of,
  optional,
  region,
  text,
  topicArn,
  topicName,
  type Value,
  whole,
  withDefault,
} from "./values.ts";

/** How Terraform finds RainMaker's SNS topics. */
const TopicsSchema = fields({
  /** Prefix of the names of the topics. @defaultValue `esp_rainmaker_sns_` */
  prefix: optional(text(/^[\w-]{0,200}$/, "up to 200 letters, digits, dashes and underscores")),
  /** Names of topics that differ from RainMaker's, by event. */
  names: optional(byEvent(topicName())),
  /**
   * ARNs of topics in another account or region, by event. They are not looked up. The policy of a
   * topic in another account must allow this account to subscribe (`sns:Subscribe`). Messages of a
   * topic in another region that SNS cannot deliver are lost: AWS allows no dead-letter queue
   * there.
   */
  arns: optional(byEvent(topicArn())),
  /**
   * Events whose topics do not exist in the RainMaker deployment. `user_node_sharing_remove` is
   * always left out, because no public source documents its topic; `include`, `names` or `arns` add
   * it.
   */
  leaveOut: optional(list(eventType())),
  /** Events that are otherwise left out, and whose topics exist. */
  include: optional(list(eventType())),
  /**
   * Names of further topics of the RainMaker deployment, such as
   * `esp_rainmaker_sns_node_status_modified`. Only the archive subscribes to them: which events
   * come on them is not known.
   */
  extra: optional(list(topicName())),
});

/** Who receives the alarms of a stage. Thresholds are set per webhook. */
const AlarmsSchema = fields({
  /** E-mail addresses. Each must confirm its subscription once. */
  emails: optional(list(email())),
  /**
   * ARN of a topic of yours that receives every alarm. Its policy must allow
   * `cloudwatch.amazonaws.com` to publish. Without `emails` the stage then has no topic of its own.
   */
  topicArn: optional(topicArn()),
  /**
   * ARN of a topic of yours that receives only alarms at which somebody should look at once, also
   * at night, besides the receivers of all. Its policy must allow the same.
   */
  urgentTopicArn: optional(topicArn()),
  /**
   * Dollars that a month may cost: AWS Budgets sends the `emails` a message when it is likely to
   * cost more, and when it has. What counts has the tag `rainhooks-stage`, which must be activated
   * once as a cost allocation tag of the account.
   */
  monthlyUsd: optional(whole(1, 10_000_000)),
  /**
   * Alarms that notify nobody, by the part of their name after the stage, such as `hello-failing`.
   * They stay on the dashboard of CloudWatch.
   */
  mute: optional(list(anyText("the name of an alarm"))),
});

export type { SettingInput } from "./functions.ts";

/** Terraform's state in S3. */
const S3StateSchema = fields({
  /** Name of the bucket. Names are unique in all of AWS. */
  bucket: text(
    /^(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "the name of a bucket: 3 to 63 lower-case letters, digits, dots and dashes",
  ),
  /** Region of the bucket. */
  region: region(),
});

/** Beside each other: a file, and a bucket. */
const stateValue: Value<"local" | FieldsOf<typeof S3StateSchema.entries>> = {
  check: (value, path) => {
    if (value === "local") return [];
    if (isJsonObject(value)) return S3StateSchema.check(value, path);
    return [
      `${path} must be local, or an object with bucket and region, not ${describeValue(value)}`,
    ];
  },
};

const isCustomization = (value: unknown): value is (stack: TerraformStack) => void =>
  typeof value === "function";

/** Of DynamoDB, which charges the same for a shorter time. */
const MAX_RECOVERY_DAYS = 35;

/** Settings of all tables. */
export const TablesSchema = fields({
  /** Days to which a table can be restored: 1 to 35. */
  recoveryDays: withDefault(whole(1, MAX_RECOVERY_DAYS), MAX_RECOVERY_DAYS),
});

/** Settings of all roles. */
const IamSchema = fields({
  /**
   * ARN of the policy that limits what the roles can ever be allowed. Its name must not begin like
   * those of the stage.
   */
  permissionsBoundary: optional(
    text(/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/, "the ARN of an IAM policy"),
  ),
  /**
   * Path above the stage's own, which is `/rainhooks-<stage>/` with all its roles and policies. For
   * example `/platform/`. @defaultValue `/`
   */
  path: optional(
    text(/^\/([\w+=,.@-]+\/)*$/, "a path that begins and ends with a slash, such as /platform/"),
  ),
});

/** Name of the local stage. */
const LOCAL = "local";

const MAX_AUDIT_DAYS = 3653;

/**
 * The retention times that CloudWatch Logs knows. Source: CloudWatch Logs API reference,
 * PutRetentionPolicy.
 */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/**
 * The platform's part of a stage's file: what is deployed, where, and the differences to the
 * webhooks' definitions.
 */
export const StackSchema = fields({
  /**
   * Up to 12 lower-case letters and digits. Before them can be a prefix of up to 15, and a dash, as
   * in `acme-prod`. The name of every resource begins with it: with `rainhooks-prod` for `prod`,
   * with `acme-prod` for `acme-prod`.
   */
  name: of(
    textThat(
      "up to 12 lower-case letters and digits, or a prefix, a dash and those, and not local",
      (name) => isStageName(name) && name !== LOCAL,
    ),
  ),
  /**
   * The AWS region of the stage. Without `topics.arns`, RainMaker's topics must be in the same
   * region.
   */
  region: region(),
  /**
   * The only AWS account to which this stage can be deployed. Required in production. @defaultValue
   * any account
   */
  accountId: optional(text(/^\d{12}$/, "12 digits")),
  /**
   * Protects data against deletion. Requires `accountId`, Terraform state in an S3 bucket, and
   * `alarms` that reach somebody.
   */
  production: flag(),
  /** Terraform's state: a file in `infra/state`, or an S3 bucket with a lock file beside it. */
  state: stateValue,
  /**
   * Name of the integration in RainMaker's filters, as in `rainmaker register --integration`.
   * @defaultValue `rainhooks-<stage>`
   */
  integration: optional(
    text(/^[\w.-]{1,128}$/, "1 to 128 letters, digits, dots, dashes and underscores"),
  ),
  /** How RainMaker's SNS topics are found. */
  topics: optional(TopicsSchema),
  /**
   * What the stage has: `archive`, `node-status`, `time-series`, `forwarding`, `alarms`, `repair`
   * (with which each table of a store has a spare one), `privacy`, `query-api`, `samples`, `hello`.
   * Webhooks of your own are no parts: every stage has them. A part that is taken out later is
   * named in `dropData`, too, or the next synthesis refuses to delete its data.
   *
   * @defaultValue all
   */
  parts: optional(list(anyText("the name of a part"))),
  /** Changes to webhooks and all other functions, by name. */
  functions: optional(byName(FunctionSchema)),
  /** From which addresses the functions that send events connect. */
  egress: optional(EgressSchema),
  /**
   * Whose tables and archive are deleted: functions that are not deployed, parts that are left out,
   * and tables of the last deployment of which the code does not know any more. Not in a production
   * stage. Without it, the data of a webhook stay in the stack when the webhook is no longer
   * deployed.
   */
  dropData: optional(list(anyText("a name"))),
  /** How the archive is stored. */
  archive: optional(ArchiveSchema),
  /** How long tables can be restored. */
  tables: optional(TablesSchema),
  /** Who receives alarms, and when. */
  alarms: optional(AlarmsSchema),
  /** One of the numbers of days that CloudWatch Logs accepts. */
  logRetentionDays: withDefault(
    of(
      kind(`one of ${LOG_RETENTION_DAYS.join(", ")}`, (days) =>
        LOG_RETENTION_DAYS.find((one) => one === days),
      ),
    ),
    14,
  ),
  /**
   * Days for which it is recorded who has changed what. A change holds for what is recorded from
   * then on.
   */
  auditDays: withDefault(whole(1, MAX_AUDIT_DAYS), USUAL_AUDIT_DAYS),
  /** Log level of all functions. */
  logLevel: withDefault(choice(LOG_LEVELS), "info"),
  /** Tags of all resources, besides `project`, `stage` and `managed-by`. */
  tags: optional(byName(anyText("a text"))),
  /** Limits of your organization on roles. */
  iam: optional(IamSchema),
  /**
   * ARN of a KMS key of yours that encrypts queues, tables, buckets, logs, the stream, the alarm
   * topic and the functions' environment variables. Its policy must allow what `npm run key-policy`
   * prints.
   * @defaultValue keys that AWS owns, without extra cost
   */
  kmsKeyArn: optional(anyText("the ARN of a KMS key")),
  /**
   * Changes the finished stack, for what no field covers: overrides of resources, or resources of
   * your own.
   */
  customize: optional(
    of(kind("a function", (value) => (isCustomization(value) ? value : undefined))),
  ),
  /** URL of an AWS-compatible emulator that Terraform uses instead of AWS. */
  endpoint: optional(anyText("a URL")),
});

/** The platform's part of the configuration of a stage. */
export interface StackConfig extends FieldsOf<typeof StackSchema.entries> {}

/** Changes of a stage to the definition of a function. */
export interface FunctionChanges extends FieldsOf<typeof FunctionSchema.entries> {}

/** The values that must be exceeded for an alarm of a function to go off. */
export type FunctionAlarms = NonNullable<FunctionChanges["alarms"]>;

/** How Terraform finds RainMaker's SNS topics. */
export interface TopicsConfig extends FieldsOf<typeof TopicsSchema.entries> {}

/** How the archive is stored. */
export interface ArchiveConfig extends FieldsOf<typeof ArchiveSchema.entries> {}

/** Terraform's state in S3. */
export interface S3State extends FieldsOf<typeof S3StateSchema.entries> {}

/** Returns the name of a stage's stack. */
export function stackName(stage: string): string {
  return integrationName(stage);
}

/** Returns the name of a resource of a stage. */
export function nameOf({ name: stage }: StackConfig, name: string): string {
  return deployedName(stage, name);
}

/**
 * Returns the path in IAM of a stage's roles and policies, in which nothing else is:
 * `<path>/rainhooks-<stage>/`.
 */
export function iamPathOf(config: StackConfig): string {
  return `${config.iam?.path ?? "/"}${nameOf(config, "").slice(0, -1)}/`;
}
