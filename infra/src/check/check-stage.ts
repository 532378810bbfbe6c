import { messageOf } from "@rainhooks/core";
import { parseTargets } from "@rainhooks/forwarding/targets";
import { isStageName } from "@rainhooks/stage/outputs";
import type { FunctionDefinition } from "@rainhooks/webhook/define";
import { isLogLevel, LOG_LEVELS } from "@rainhooks/webhook/log-level";
import type { StageConfig } from "../config/config.ts";
import { dataMistakes } from "./data.ts";
import { arnParts, isEmail, isIntegerIn, isRegion, isTopicArn } from "./formats.ts";
import { forwardMistakes } from "./forward.ts";
import { functionMistakes } from "./functions.ts";
import { partMistakes } from "./parts.ts";
import { topicMistakes } from "./topics.ts";

/**
 * Checks the configuration of a stage for values that its type allows but AWS would reject.
 *
 * @throws {TypeError} with the name of the stage and all mistakes.
 */
export function checkStage(config: StageConfig, functions: readonly FunctionDefinition[]): void {
  const mistakes = [
    ...unknownFields(config),
    ...nameMistakes(config),
    ...sizeMistakes(config),
    ...productionMistakes(config),
    ...partMistakes(config, functions),
    ...functionMistakes(config, functions),
    ...dataMistakes(config, functions),
    ...logMistakes(config),
    targetMistake(config),
    ...forwardMistakes(config, functions),
    ...placeMistakes(config),
    ...topicMistakes(config),
    ...alarmMistakes(config),
    ...tagMistakes(config),
    ...keyMistakes(config),
  ].filter((mistake) => typeof mistake === "string");
  if (mistakes.length > 0) throw new TypeError(`Stage ${config.name}: ${mistakes.join("; ")}.`);
}

/** Every field of a stage: what is misspelt would have no effect. */
const FIELDS = {
  name: true,
  region: true,
  accountId: true,
  production: true,
  state: true,
  integration: true,
  nodes: true,
  topics: true,
  disconnectReasons: true,
  parts: true,
  functions: true,
  targets: true,
  dropData: true,
  archive: true,
  tables: true,
  forward: true,
  listen: true,
  alarms: true,
  logRetentionDays: true,
  logLevel: true,
  tags: true,
  namePrefix: true,
  iam: true,
  kmsKeyArn: true,
  customize: true,
  endpoint: true,
} satisfies Record<keyof StageConfig, true>;

function unknownFields(config: StageConfig): string[] {
  return Object.keys(config)
    .filter((field) => !Object.hasOwn(FIELDS, field))
    .map((field) => `unknown field ${field}, known are those of docs/stage-fields.md`);
}

/** Nodes of the largest fleet that the arithmetic is made for. */
const MAX_NODES = 1_000_000_000;

function targetMistake({ targets = {} }: StageConfig): string | false {
  try {
    parseTargets(JSON.stringify(targets));
    return false;
  } catch (error) {
    return `targets: ${messageOf(error).replace(/\.$/, "")}`;
  }
}

function sizeMistakes({ nodes = 1 }: StageConfig): (string | false)[] {
  return [!isIntegerIn(nodes, 1, MAX_NODES) && "nodes must be a whole number from 1 to 1,000,000,000"];
}

function nameMistakes({ name, namePrefix = "rainhooks", integration }: StageConfig): (string | false)[] {
  return [
    !isStageName(name) && "name must be up to 12 lower-case letters and digits, and begin with a letter",
    name === "local" && "the name local is reserved for the local stage",
    // The name of a bucket, with its suffix, is the longest in relation to its limit.
    !/^[a-z][a-z0-9]{0,14}$/.test(namePrefix) &&
      "namePrefix must be up to 15 lower-case letters and digits, and begin with a letter",
    integration !== undefined &&
      !/^[\w.-]{1,128}$/.test(integration) &&
      "integration must have 1 to 128 letters, digits, dots, dashes and underscores",
  ];
}

function productionMistakes({ production, accountId, state, alarms = {} }: StageConfig): (string | false)[] {
  if (!production) return [];
  return [
    accountId === undefined &&
      "a production stage needs accountId, so that nothing is deployed to another account",
    state === "local" && "a production stage needs Terraform state in S3: set state to a bucket and a region",
    (alarms.emails ?? []).length === 0 &&
      alarms.topicArn === undefined &&
      "a production stage needs alarms that reach somebody: set alarms.emails or alarms.topicArn",
  ];
}

/** The retention times that CloudWatch Logs knows. Source: CloudWatch Logs API reference, PutRetentionPolicy. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function logMistakes({ logRetentionDays = 14, logLevel = "info" }: StageConfig): (string | false)[] {
  return [
    !LOG_RETENTION_DAYS.includes(logRetentionDays) &&
      `logRetentionDays must be one of ${LOG_RETENTION_DAYS.join(", ")}`,
    !isLogLevel(logLevel) && `logLevel must be one of ${LOG_LEVELS.join(", ")}`,
  ];
}

function placeMistakes({ region, accountId, state }: StageConfig): (string | false)[] {
  return [
    !isRegion(region) && `region ${region} is not an AWS region, such as eu-central-1`,
    accountId !== undefined && !/^\d{12}$/.test(accountId) && "accountId must have 12 digits",
    state !== "local" &&
      !/^(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(state.bucket) &&
      `state.bucket ${state.bucket} is not a bucket name: 3 to 63 lower-case letters, digits, dots and dashes`,
    state !== "local" && !isRegion(state.region) && `state.region ${state.region} is not an AWS region`,
  ];
}

function alarmMistakes({ alarms = {} }: StageConfig): (string | false)[] {
  const { emails = [], topicArn, urgentTopicArn } = alarms;
  return [
    ...emails.map((email) => !isEmail(email) && `alarms.emails: ${email} is not an e-mail address`),
    topicArn !== undefined &&
      !isTopicArn(topicArn) &&
      `alarms.topicArn ${topicArn} is not the ARN of an SNS topic`,
    urgentTopicArn !== undefined &&
      !isTopicArn(urgentTopicArn) &&
      `alarms.urgentTopicArn ${urgentTopicArn} is not the ARN of an SNS topic`,
  ];
}

/** Limits of tags. Source: AWS General Reference, "Tag naming limits and requirements"; three tags are the stage's own. */
const MAX_TAGS = 47;
const SET_BY_STAGE = ["project", "stage", "managed-by"];

function tagMistakes({ tags = {} }: StageConfig): (string | false)[] {
  return [
    Object.keys(tags).length > MAX_TAGS && `tags must be up to ${MAX_TAGS}`,
    ...Object.entries(tags).flatMap(([key, value]) => [
      SET_BY_STAGE.includes(key) && `tags.${key}: the stage sets this tag itself`,
      !/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu.test(key) &&
        `tags.${key}: a tag's name has 1 to 128 letters, digits, spaces and _.:/=+-@, and does not begin with aws:`,
      !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value) &&
        `tags.${key}: a tag's value has up to 256 letters, digits, spaces and _.:/=+-@`,
    ]),
  ];
}

function keyMistakes({ region, kmsKeyArn, iam = {} }: StageConfig): (string | false)[] {
  const key = kmsKeyArn === undefined ? undefined : arnParts(kmsKeyArn);
  const boundary = iam.permissionsBoundary;
  return [
    kmsKeyArn !== undefined &&
      !(key?.service === "kms" && key.region === region && key.resource.startsWith("key/")) &&
      `kmsKeyArn ${kmsKeyArn} is not the ARN of a KMS key in ${region}, such as arn:aws:kms:${region}:123456789012:key/…`,
    boundary !== undefined &&
      !/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/.test(boundary) &&
      `iam.permissionsBoundary ${boundary} is not the ARN of an IAM policy`,
    iam.path !== undefined &&
      !/^\/([\w+=,.@-]+\/)*$/.test(iam.path) &&
      "iam.path must begin and end with a slash, such as /platform/",
  ];
}
