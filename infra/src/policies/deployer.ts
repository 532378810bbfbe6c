import { destinationsTable } from "@rainhooks/forwarding/table";
import { READINGS_TABLE } from "@rainhooks/neo/rules";
import { outputsParameter } from "@rainhooks/stage/outputs";
import { databaseName } from "../archive/database-name.ts";
import type { StageConfig } from "../config/config.ts";
import { ruleNameOf } from "../iot-rule.ts";
import { iamPathOf, nameOf } from "../names.ts";
import { isNeo } from "../source.ts";
import type { StackJson } from "../synthesize.ts";
import { type ArnMaker, arnMaker, topicArnsOf } from "./arns.ts";
import { ACTIONS, EMPTY_BUCKET, FOR_ALL_RESOURCES } from "./deployer-actions.ts";
import type { PolicyStatement } from "./document.ts";

/**
 * Returns the permissions that deploying a stage needs: calls for the types of resources that a stage can have, on resources with its names.
 *
 * @throws {TypeError} for a type of resource whose calls are not known.
 */
export function deployerStatements(config: StageConfig, stack: StackJson): PolicyStatement[] {
  const arns = arnMaker(config);
  for (const type of Object.keys(stack.resource)) if (type.startsWith("aws_")) actionsOf(type);
  // Also of types that the stack does not have: a stage that no longer has something had it before.
  const types = Object.keys(ACTIONS);
  const looked = Object.keys(stack.data ?? {});
  const byService = new Map<string, Set<string>>();
  for (const type of types)
    for (const action of actionsOf(type)) {
      const service = NARROWER[type] ?? action.split(":")[0] ?? "";
      byService.set(service, (byService.get(service) ?? new Set()).add(action));
    }
  const ofServices = [...byService].flatMap(([service, actions]) =>
    withinBoundary(statementOf(service, [...actions].sort(), config, arns), config),
  );
  const all = [...new Set([...types, ...looked])].flatMap((type) => FOR_ALL_RESOURCES[type] ?? []);
  return [
    ...ofServices,
    { Sid: "LookUp", Action: [...new Set(all)].sort(), Resource: ["*"] },
    { Sid: "TagMappings", Action: TAG_MAPPINGS, Resource: [arns.of("lambda", "event-source-mapping:*")] },
    passRoles(config, arns),
    ...topicStatements(config, arns),
    ...readingsStatements(config, arns),
    ...stateStatements(config, arns),
    ...keyStatements(config),
  ];
}

function actionsOf(type: string): readonly string[] {
  const actions = ACTIONS[type];
  if (actions === undefined)
    throw new TypeError(
      `The calls for ${type} are not known. Add them to infra/src/policies/deployer-actions.ts.`,
    );
  return type === "aws_s3_bucket" ? [...actions, ...EMPTY_BUCKET] : actions;
}

const TAG_MAPPINGS = ["lambda:ListTags", "lambda:TagResource", "lambda:UntagResource"];

/** Types whose resources are not named as all others of their service. */
const NARROWER: Readonly<Record<string, string>> = {
  aws_lambda_event_source_mapping: "mapping",
  aws_dynamodb_table_item: "destinations",
};

function statementOf(
  service: string,
  Action: readonly string[],
  config: StageConfig,
  arns: ArnMaker,
): PolicyStatement {
  const Sid = `Deploy${service[0]?.toUpperCase()}${service.slice(1)}`;
  const statement = { Sid, Action, Resource: resourcesOf(service, config, arns) };
  if (service === "mapping") {
    const functions = arns.of("lambda", `function:${nameOf(config, "*")}`);
    return { ...statement, Condition: { ArnLike: { "lambda:FunctionArn": functions } } };
  }
  return statement;
}

/** What changes a role: only one that has the boundary of the stage. Source: service authorization reference, AWS IAM. */
const WITHIN = /^iam:(Create|Delete|Put|Update)\w*Role(Policy|PermissionsBoundary)?$/;

/** What changes the boundary itself, or a policy that is attached to somebody, such as to the deployer. */
const NEVER = ["iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:DeleteRolePermissionsBoundary"];

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

/** Returns the resources of a stage in a service, by their names. */
function resourcesOf(service: string, config: StageConfig, arns: ArnMaker): readonly string[] {
  const all = nameOf(config, "*");
  const database = databaseName(config);
  const path = iamPathOf(config);
  const known: Readonly<Record<string, readonly string[]>> = {
    athena: [arns.of("athena", `workgroup/${all}`)],
    budgets: [arns.global("budgets", `budget/${all}`)],
    cloudwatch: [arns.of("cloudwatch", `alarm:${all}`), arns.global("cloudwatch", `dashboard/${all}`)],
    destinations: [arns.of("dynamodb", `table/${nameOf(config, destinationsTable.name)}`)],
    dynamodb: [arns.of("dynamodb", `table/${all}`)],
    events: [arns.of("events", `rule/${all}`)],
    firehose: [arns.of("firehose", `deliverystream/${all}`)],
    glue: [
      arns.of("glue", "catalog"),
      arns.of("glue", `database/${database}`),
      arns.of("glue", `table/${database}/*`),
    ],
    iot: [arns.of("iot", `rule/${ruleNameOf(config, "*")}`)],
    iam: [arns.global("iam", `role${path}${all}`), arns.global("iam", `policy${path}${all}`)],
    lambda: [arns.of("lambda", `function:${all}`)],
    logs: [
      arns.of("logs", `log-group:/aws/lambda/${all}`),
      arns.of("logs", `log-group:/aws/kinesisfirehose/${all}`),
    ],
    mapping: ["*"],
    pipes: [arns.of("pipes", `pipe/${all}`)],
    s3: [arns.bucket(all), arns.bucket(`${all}/*`)],
    sns: [arns.of("sns", all)],
    sqs: [arns.of("sqs", all)],
    ssm: [arns.of("ssm", `parameter${outputsParameter(config.name)}`)],
  };
  const resources = known[service];
  if (resources === undefined) throw new TypeError(`The names of resources of ${service} are not known.`);
  return resources;
}

function passRoles(config: StageConfig, arns: ArnMaker): PolicyStatement {
  return {
    Sid: "PassRoles",
    Action: ["iam:PassRole"],
    Resource: [arns.global("iam", `role${iamPathOf(config)}${nameOf(config, "*")}`)],
    Condition: {
      StringEquals: {
        "iam:PassedToService": [
          "firehose.amazonaws.com",
          "iot.amazonaws.com",
          "lambda.amazonaws.com",
          "pipes.amazonaws.com",
          "sns.amazonaws.com",
        ],
      },
    },
  };
}

/** Subscribing to RainMaker's topics, and nothing else with them. */
function topicStatements(config: StageConfig, arns: ArnMaker): PolicyStatement[] {
  return [
    {
      Sid: "SubscribeToRainmaker",
      Action: [
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListTagsForResource",
        "sns:SetSubscriptionAttributes",
        "sns:Subscribe",
        "sns:Unsubscribe",
      ],
      Resource: topicArnsOf(config, arns),
    },
  ];
}

/** Looking up RainMaker Neo's table of readings. Source: what the AWS provider calls for a table that is a data source. */
function readingsStatements(config: StageConfig, arns: ArnMaker): PolicyStatement[] {
  if (!isNeo(config)) return [];
  const Action = [
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:ListTagsOfResource",
  ];
  return [{ Sid: "LookUpReadings", Action, Resource: [arns.of("dynamodb", `table/${READINGS_TABLE}`)] }];
}

/** Reading and writing Terraform's state and its lock. */
function stateStatements({ name, state }: StageConfig, arns: ArnMaker): PolicyStatement[] {
  if (state === "local") return [];
  return [
    { Sid: "ListState", Action: ["s3:ListBucket"], Resource: [arns.bucket(state.bucket)] },
    {
      Sid: "KeepState",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: [arns.bucket(`${state.bucket}/${name}/*`)],
    },
  ];
}

function keyStatements({ kmsKeyArn }: StageConfig): PolicyStatement[] {
  if (kmsKeyArn === undefined) return [];
  const Resource = [kmsKeyArn];
  return [
    {
      Sid: "UseKey",
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
      Resource,
    },
    {
      Sid: "LetServicesUseKey",
      Action: ["kms:CreateGrant"],
      Resource,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}
