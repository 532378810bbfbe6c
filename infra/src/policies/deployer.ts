import { iamPathOf, nameOf } from "@rainhooks/stack/config/config";
import { ruleNameOf } from "@rainhooks/stack/iot-rule";
import {
  type ArnMaker,
  arnMaker,
  type PolicyStatement,
  statementsOf,
  topicArnsOf,
} from "@rainhooks/stack/policies/document";
import type { StackJson } from "@rainhooks/stack/stack-json";
import type { Changes } from "@rainhooks/stack/stack-part";
import { outputsParameter } from "@rainhooks/stage/outputs";
import { databaseName } from "../archive/database-name.ts";
import { type StageConfig, sourcesOf } from "../config.ts";
import { PARTS } from "../parts.ts";
import {
  ACTIONS,
  callsOf,
  FOR_ALL_RESOURCES,
  PUT_PAGE,
  type StatementName,
} from "./deployer-table.ts";

/**
 * Returns the permissions that deploying a stage needs: calls for the types of resources that a
 * stage can have, on resources with its names. Also of types that the stack does not have: a stage
 * that no longer has something had it before.
 *
 * @throws {TypeError} for a type of resource whose calls are not known.
 */
export function deployerStatements(config: StageConfig, stack: StackJson): PolicyStatement[] {
  const unknown = Object.keys(stack.resource).find(
    (type) => type.startsWith("aws_") && !(type in ACTIONS),
  );
  if (unknown !== undefined)
    throw new TypeError(
      `The calls for ${unknown} are not known. Add them to infra/src/policies/deployer-table.ts.`,
    );
  const arns = arnMaker(config);
  const functions = arns.of("lambda", `function:${nameOf(config, "*")}`);
  const ofFunctions = { Condition: { ArnLike: { "lambda:FunctionArn": functions } } };
  return [
    ...Object.entries(resourcesOf(config, arns)).flatMap(([name, Resource]) => {
      if (Resource.length === 0) return [];
      const Sid = `Deploy${name[0]?.toUpperCase()}${name.slice(1)}`;
      const statement = { Sid, Action: callsOf(name), Resource };
      return withinBoundary(
        name === "mapping" ? { ...statement, ...ofFunctions } : statement,
        config,
      );
    }),
    { Sid: "LookUp", Action: [...FOR_ALL_RESOURCES], Resource: ["*"] },
    { Sid: "PutPages", Action: [PUT_PAGE], Resource: ["*"] },
    ...otherStatements(config, arns),
  ];
}

/**
 * What changes a role: only one that has the boundary of the stage. Source: service authorization
 * reference, AWS IAM.
 */
const WITHIN = /^iam:(Create|Delete|Put|Update)\w*Role(Policy|PermissionsBoundary)?$/;

/**
 * What changes the boundary itself, or a policy that is attached to somebody, such as to the
 * deployer.
 */
const NEVER = [
  "iam:CreatePolicyVersion",
  "iam:DeletePolicyVersion",
  "iam:DeleteRolePermissionsBoundary",
];

/** With a boundary, only roles that have it are changed, and neither it nor any other policy is. */
function withinBoundary(statement: PolicyStatement, { iam = {} }: StageConfig): PolicyStatement[] {
  const { permissionsBoundary } = iam;
  if (permissionsBoundary === undefined || statement.Sid !== "DeployIam") return [statement];
  const allowed = statement.Action.filter((action) => !NEVER.includes(action));
  return [
    { ...statement, Action: allowed.filter((action) => !WITHIN.test(action)) },
    {
      ...statement,
      Sid: "DeployIamWithinBoundary",
      Action: allowed.filter((action) => WITHIN.test(action)),
      Condition: { StringEquals: { "iam:PermissionsBoundary": permissionsBoundary } },
    },
  ];
}

const RESULTS = "results-*/*";

/** What a deployer may change at most, without `archive.forceDestroy`. */
export const DEPLOYER_CHANGES: Changes = {
  resources: ["*"],
  subscriptions: ["*"],
  objects: [RESULTS],
  parameters: [outputsParameter("<stage>")],
};

/** Returns the resources of a stage that each statement is about, by their names. */
function resourcesOf(config: StageConfig, arns: ArnMaker): Record<StatementName, string[]> {
  const all = nameOf(config, "*");
  const database = databaseName(config);
  const { of, global, bucket } = arns;
  return {
    athena: [of("athena", `workgroup/${all}`)],
    budgets: [global("budgets", `budget/${all}`)],
    cloudwatch: [of("cloudwatch", `alarm:${all}`), global("cloudwatch", `dashboard/${all}`)],
    dynamodb: [of("dynamodb", `table/${all}`)],
    events: [of("events", `rule/${all}`)],
    firehose: [of("firehose", `deliverystream/${all}`)],
    glue: ["catalog", `database/${database}`, `table/${database}/*`].map((one) => of("glue", one)),
    iot: [of("iot", `rule/${ruleNameOf(config, "*")}`)],
    iam: ["role", "policy"].map((kind) => global("iam", `${kind}${iamPathOf(config)}${all}`)),
    lambda: [of("lambda", `function:${all}`)],
    logs: ["lambda", "kinesisfirehose"].map((one) => of("logs", `log-group:/aws/${one}/${all}`)),
    mapping: ["*"],
    pipes: [of("pipes", `pipe/${all}`)],
    s3: [bucket(all)],
    // Athena's results are made again; the archive is not.
    objects: [bucket(config.archive?.forceDestroy ? `${all}/*` : nameOf(config, RESULTS))],
    sns: [of("sns", all)],
    sqs: [of("sqs", all)],
    ssm: [of("ssm", `parameter${outputsParameter(config.name)}`)],
  };
}

const TAGGING = "ListTags TagResource UntagResource";
/** IAM can limit none of these to subscriptions of the stage: a topic is their resource. */
const SUBSCRIBED =
  "GetSubscriptionAttributes GetTopicAttributes ListTagsForResource SetSubscriptionAttributes Unsubscribe";
/** Services that act with the roles of a stage. */
const ROLES_OF = ["firehose", "iot", "lambda", "pipes", "sns"].map(
  (service) => `${service}.amazonaws.com`,
);

/**
 * Returns what is allowed of resources that are not the stage's, or that have no names of its own.
 */
function otherStatements(config: StageConfig, arns: ArnMaker): PolicyStatement[] {
  const { name, state, kmsKeyArn } = config;
  const keys = kmsKeyArn === undefined ? [] : [kmsKeyArn];
  const buckets = state === "local" ? [] : [state.bucket];
  const roles = [arns.global("iam", `role${iamPathOf(config)}${nameOf(config, "*")}`)];
  const rainmaker = topicArnsOf(config, arns, sourcesOf(config, []));
  const lookUps = PARTS.flatMap((part) => part.lookUps?.(config) ?? []);
  return statementsOf([
    ["TagMappings", `lambda: ${TAGGING}`, [arns.of("lambda", "event-source-mapping:*")]],
    ["PassRoles", "iam: PassRole", roles, { StringEquals: { "iam:PassedToService": ROLES_OF } }],
    // RainMaker's topics are subscribed to, and nothing else is done with them.
    ["SubscribedToRainmaker", `sns: ${SUBSCRIBED}`, rainmaker],
    [
      "SubscribeToRainmaker",
      "sns: Subscribe",
      rainmaker,
      { ArnLike: { "sns:Endpoint": arns.queue("*") } },
    ],
    ...lookUps.map(({ sid, calls, on }) => [sid, calls, on] as const),
    // Terraform's state, and its lock.
    ["ListState", "s3: ListBucket", buckets.map(arns.bucket)],
    [
      "KeepState",
      "s3: DeleteObject GetObject PutObject",
      buckets.map((one) => arns.bucket(`${one}/${name}/*`)),
    ],
    ["UseKey", "kms: Decrypt DescribeKey Encrypt GenerateDataKey", keys],
    [
      "LetServicesUseKey",
      "kms: CreateGrant",
      keys,
      { Bool: { "kms:GrantIsForAWSResource": "true" } },
    ],
  ]);
}
