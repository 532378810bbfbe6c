import { join } from "node:path";
import { prepareBundles } from "@rainhooks/app-list/bundles";
import { nameOf } from "@rainhooks/stack/config/config";
import { arnParts } from "@rainhooks/stack/config/values";
import { arnMaker, documents, type PolicyStatement } from "@rainhooks/stack/policies/document";
import type { StageConfig } from "../config.ts";
import { CONTENTS } from "../contents.ts";
import { readLastDeployments } from "../last-deployments.ts";
import { loadStages } from "../stages/load-stages.ts";
import { synthesize } from "../synthesize.ts";
import type { Task } from "../tasks/workplace.ts";
import { deployerStatements } from "./deployer.ts";
import { ACTIONS } from "./deployer-table.ts";
import { OPERATOR_TASKS, operatorStatements, USUAL_TASKS } from "./operator.ts";

function operatorPolicy(stage: StageConfig, tasks: readonly string[]): PolicyStatement[] {
  const unknown = tasks.find((task) => !OPERATOR_TASKS.includes(task));
  if (unknown !== undefined)
    throw new TypeError(
      `Unknown task ${unknown}. Tasks: ${OPERATOR_TASKS.join(", ")}; without one, all but ${OPERATOR_TASKS.filter((task) => !USUAL_TASKS.includes(task)).join(" and ")}.`,
    );
  return operatorStatements(stage, CONTENTS, tasks.length === 0 ? USUAL_TASKS : tasks);
}

function keyPolicy(stage: StageConfig): PolicyStatement[] {
  if (stage.kmsKeyArn === undefined)
    throw new TypeError(`Stage ${stage.name} has no kmsKeyArn, so it needs no policy for a key.`);
  return keyStatements(stage);
}

/** Without a boundary, a person who may give a role its permissions may give it any permission. */
const NO_BOUNDARY =
  "Somebody with this policy can make themselves an administrator of the account: they may give the stage's roles any permission. Set iam.permissionsBoundary in the stage's file to limit that (docs/deploy.md).";

/** Of a stack, which is compared with the last deployment of the stage. */
async function ofStack(stage: StageConfig, stagesDir: string): Promise<PolicyStatement[]> {
  const { of: lastDeployments, unread } = await readLastDeployments(
    [stage],
    join(stagesDir, "../state"),
  );
  for (const line of unread) console.error(line);
  return deployerStatements(stage, synthesize(stage, { ...CONTENTS, lastDeployments }).stack);
}

type Statements = (
  stage: StageConfig,
  args: readonly string[],
  stagesDir: string,
) => PolicyStatement[] | Promise<PolicyStatement[]>;

const POLICIES: Readonly<Record<string, Statements>> = {
  "deployer-policy": (stage, _, stagesDir) => {
    if (stage.iam?.permissionsBoundary === undefined) console.error(NO_BOUNDARY);
    return ofStack(stage, stagesDir);
  },
  "plan-policy": async (stage, _, stagesDir) => planStatements(await ofStack(stage, stagesDir)),
  "state-policy": stateBucketStatements,
  "operator-policy": operatorPolicy,
  "key-policy": keyPolicy,
};

/**
 * The tasks that print a policy of a stage, whose name is their first argument: one IAM policy, or
 * a list where one would be too large.
 */
export const POLICY_TASKS: readonly (readonly [string, Task])[] = Object.entries(POLICIES).map(
  ([kind, statementsFor]) => [
    kind,
    async ([name, ...rest], { stagesDir, typed }) => {
      const stages = await loadStages(stagesDir);
      const stage = stages.find((one) => one.name === name);
      if (stage === undefined)
        throw new TypeError(
          `Name a stage: ${typed(kind)} <stage>. Stages: ${stages.map((one) => one.name).join(", ")}.`,
        );
      await prepareBundles();
      return policyText(await statementsFor(stage, rest, stagesDir));
    },
  ],
);

function policyText(statements: readonly PolicyStatement[]): string {
  const all = documents(statements);
  if (all.length > 1)
    console.error(
      `A list of ${all.length} policies, because a managed policy has a maximum size. Create one from each entry (jq '.[0]'), and attach all.`,
    );
  return JSON.stringify(all.length === 1 ? all[0] : all, undefined, 2);
}

/**
 * What deleting the bucket, or making it public, would take: Terraform refuses the first, and the
 * stack does not do the second.
 */
const NEVER = ["s3:DeleteBucket", "s3:DeleteBucketPolicy"];

/**
 * Returns the permissions that deploying the bucket of Terraform's state needs, once.
 *
 * @throws {TypeError} if the stage keeps its state in a file.
 */
export function stateBucketStatements(config: StageConfig): PolicyStatement[] {
  const { name, state } = config;
  if (state === "local")
    throw new TypeError(
      `Stage ${name} keeps its state in a file, so it needs no policy for a bucket.`,
    );
  const actions = Object.entries(ACTIONS)
    .filter(([type]) => type.startsWith("aws_s3_bucket"))
    .flatMap(([, calls]) => calls)
    .filter((action) => !NEVER.includes(action));
  return [
    {
      Sid: "MakeStateBucket",
      Action: [...new Set(actions)].sort(),
      Resource: [arnMaker(config).bucket(state.bucket)],
    },
  ];
}

/** What only looks. Source: service authorization reference, access levels "Read" and "List". */
const READS = /^\w+:(Describe|Get|List)/;

/** A plan reads the state of the stage, which may be encrypted. */
const READS_STATE = "kms:Decrypt";

/**
 * Returns the permissions that a plan of a stage needs: those of the deployer that only look.
 *
 * @param deployer The permissions of the deployer.
 */
export function planStatements(deployer: readonly PolicyStatement[]): PolicyStatement[] {
  return deployer.flatMap((statement) => {
    const Action = statement.Action.filter(
      (action) => READS.test(action) || action === READS_STATE,
    );
    return Action.length === 0 ? [] : [{ ...statement, Sid: `${statement.Sid}ToPlan`, Action }];
  });
}

/**
 * Returns what the policy of a stage's key must allow, besides the administration of the key:
 * services that use it on their own behalf. The stage's roles get their permissions from their own
 * policies.
 */
export function keyStatements(config: StageConfig): PolicyStatement[] {
  const arns = arnMaker(config);
  const forService = (Sid: string, service: string): PolicyStatement => ({
    Sid,
    Principal: { Service: service },
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: ["*"],
    Condition: { StringEquals: { "aws:SourceAccount": accountsOf(config) } },
  });
  const logGroups = ["lambda", "kinesisfirehose"].map((service) =>
    arns.of("logs", `log-group:/aws/${service}/${nameOf(config, "*")}`),
  );
  return [
    forService("TopicsSendToQueues", "sns.amazonaws.com"),
    forService("AlarmsPublish", "cloudwatch.amazonaws.com"),
    {
      Sid: "LogsAreEncrypted",
      Principal: { Service: `logs.${config.region}.amazonaws.com` },
      Action: [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: ["*"],
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroups } },
    },
  ];
}

/** The accounts of the stage and of RainMaker's topics. */
function accountsOf({ topics = {}, kmsKeyArn = "" }: StageConfig): string[] {
  const own = arnParts(kmsKeyArn)?.account ?? "";
  const others = Object.values(topics.arns ?? {}).map((arn) => arnParts(arn)?.account ?? own);
  return [...new Set([own, ...others])];
}
