import { describeValue, messageOf } from "@rainhooks/core";
import { parseTargets } from "@rainhooks/forwarding/targets";
import type { FunctionDefinition } from "@rainhooks/webhook/define";
import * as v from "valibot";
import { type StageConfig, StageSchema } from "../config/config.ts";
import { arnParts } from "../config/formats.ts";
import { MAX_BUDGET_EMAILS } from "../watching/budget.ts";
import { dataMistakes } from "./data.ts";
import { destinationMistakes } from "./destinations.ts";
import { egressMistakes } from "./egress.ts";
import { forwardMistakes } from "./forward.ts";
import { functionMistakes } from "./functions.ts";
import { partMistakes } from "./parts.ts";
import { sourceMistakes } from "./source.ts";
import { topicMistakes } from "./topics.ts";

/**
 * Checks the configuration of a stage for values that its type allows but AWS would reject: first each field by itself, then fields that must fit
 * together.
 *
 * @throws {TypeError} with the name of the stage and all mistakes.
 */
export function checkStage(config: StageConfig, functions: readonly FunctionDefinition[]): void {
  const { issues = [] } = v.safeParse(StageSchema, config, { abortPipeEarly: true });
  const mistakes = issues.length > 0 ? issues.map(mistakeOf) : mistakesTogether(config, functions);
  if (mistakes.length > 0) throw new TypeError(`Stage ${config.name}: ${mistakes.join("; ")}.`);
}

function mistakeOf(issue: v.BaseIssue<unknown>): string {
  const value = issue.message.startsWith("must ") ? `, not ${describeValue(issue.input)}` : "";
  return `${v.getDotPath(issue) ?? "it"} ${issue.message}${value}`;
}

/** Returns what is wrong with fields that are right by themselves. */
function mistakesTogether(config: StageConfig, functions: readonly FunctionDefinition[]): string[] {
  return [
    ...productionMistakes(config),
    budgetMistake(config),
    ...partMistakes(config, functions),
    ...functionMistakes(config, functions),
    ...dataMistakes(config, functions),
    targetMistake(config),
    ...forwardMistakes(config, functions),
    ...sourceMistakes(config),
    ...destinationMistakes(config, functions),
    ...egressMistakes(config, functions),
    ...topicMistakes(config),
    ...tagMistakes(config),
    keyMistake(config),
  ].filter((mistake) => typeof mistake === "string");
}

function targetMistake({ targets = {} }: StageConfig): string | false {
  try {
    parseTargets(JSON.stringify(targets));
    return false;
  } catch (error) {
    return `targets: ${messageOf(error).replace(/\.$/, "")}`;
  }
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

function budgetMistake({ alarms: { emails = [], monthlyUsd } = {} }: StageConfig): string | false {
  const isHeard = emails.length > 0 && emails.length <= MAX_BUDGET_EMAILS;
  return (
    monthlyUsd !== undefined &&
    !isHeard &&
    `alarms.monthlyUsd: a budget needs 1 to ${MAX_BUDGET_EMAILS} alarms.emails`
  );
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

function keyMistake({ region, kmsKeyArn }: StageConfig): string | false {
  const key = kmsKeyArn === undefined ? undefined : arnParts(kmsKeyArn);
  return (
    kmsKeyArn !== undefined &&
    !(key?.service === "kms" && key.region === region && key.resource.startsWith("key/")) &&
    `kmsKeyArn ${kmsKeyArn} is not the ARN of a KMS key in ${region}, such as arn:aws:kms:${region}:123456789012:key/…`
  );
}
