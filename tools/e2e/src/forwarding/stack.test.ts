import { beforeAll, describe, expect, it, test } from "@jest/globals";
import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import type { StageConfig } from "@rainhooks/infra/config";
import { synthesize } from "@rainhooks/infra/synthesize";
import { resolveArns, roleAllows } from "@rainhooks/infra/testing/role-allows";
import { dev, everything, production } from "@rainhooks/infra/testing/stages";
import { ownResource } from "@rainhooks/infra/testing/workers";
import { resources, type StackJson } from "@rainhooks/stack/stack-json";

/* Forwarding as stages deploy it: what its functions may do, and what they need. */

const ARCHIVED = EVENT_TYPES.map(shortType);
const FUNCTIONS = ["forward", "attempts", "retries"];
const off = { deployed: false };

/** Returns what a function may do, by resource without account, region and prefix. */
function allowedTo(stack: StackJson, name: string): Record<string, string> {
  const [, { policy }] = ownResource(stack, "aws_iam_role_policy", `${name}_role-policy`);
  const { Statement } = JSON.parse(resolveArns(stack, String(policy))) as {
    readonly Statement: readonly {
      readonly Action: readonly string[];
      readonly Resource: readonly string[];
    }[];
  };
  const pairs = Statement.flatMap(({ Action, Resource }) =>
    Resource.flatMap((arn) =>
      Action.map((action) => [arn.replace(/^arn:aws:(\w+):[\w-]+:\d+:/, "$1 "), action] as const),
    ),
  );
  return Object.fromEntries(
    [...Map.groupBy(pairs, ([arn]) => arn)].map(([arn, some]) => [
      arn,
      some
        .map(([, action]) => action)
        .sort()
        .join(" "),
    ]),
  );
}

const logs = (name: string) => ({
  [`logs log-group:/aws/lambda/rainhooks-dev-${name}:*`]: "logs:CreateLogStream logs:PutLogEvents",
});
const ownQueues = (name: string) => ({
  [`sqs rainhooks-dev-${name}`]:
    "sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage",
  [`sqs rainhooks-dev-${name}-dead-letters`]: "sqs:SendMessage",
});
const attemptTables = {
  "dynamodb table/rainhooks-dev-destinations": "dynamodb:GetItem dynamodb:Scan dynamodb:UpdateItem",
  "dynamodb table/rainhooks-dev-attempts":
    "dynamodb:BatchWriteItem dynamodb:Query dynamodb:UpdateItem",
  "dynamodb table/rainhooks-dev-audits": "dynamodb:PutItem",
};
const secrets = { "ssm parameter/rainhooks-secrets/dev/destinations/*": "ssm:GetParameter" };

describe("the role of", () => {
  let stack: StackJson;
  beforeAll(() => {
    stack = synthesize(dev).stack;
  });

  it("forward reads destinations, tags and attempts, keeps copies and pauses, and sends to the queues of the workers", () => {
    const { [`sqs rainhooks-dev-forward`]: reads = "" } = ownQueues("forward");
    expect(allowedTo(stack, "forward")).toEqual({
      ...logs("forward"),
      ...ownQueues("forward"),
      "sqs rainhooks-dev-forward-replay": reads,
      "sqs rainhooks-dev-retries": "sqs:SendMessage",
      "dynamodb table/rainhooks-dev-attempts": "dynamodb:Query",
      "dynamodb table/rainhooks-dev-filter-rules": "dynamodb:BatchGetItem",
      "dynamodb table/rainhooks-dev-destinations": "dynamodb:Scan dynamodb:UpdateItem",
      "dynamodb table/rainhooks-dev-copies": "dynamodb:UpdateItem",
      "dynamodb table/rainhooks-dev-outbox": "dynamodb:BatchWriteItem",
      "dynamodb table/rainhooks-dev-node-status": "dynamodb:Query",
      "dynamodb table/rainhooks-dev-node-status-b": "dynamodb:Query",
      "dynamodb table/rainhooks-dev-table-slots": "dynamodb:GetItem",
      "sqs rainhooks-dev-attempts": "sqs:SendMessage",
    });
  });

  it("the role of attempts reads secrets of destinations only, and sends to the queue of retries", () => {
    expect(allowedTo(stack, "attempts")).toEqual({
      ...logs("attempts"),
      ...ownQueues("attempts"),
      ...attemptTables,
      ...secrets,
      "sqs rainhooks-dev-retries": "sqs:SendMessage",
    });
  });

  it("the role of retries does the same with its own queue, and divides what waits in the outbox", () => {
    const [, { policy }] = ownResource(stack, "aws_iam_role_policy", "retries_role-policy");
    const queues = String(policy).match(
      /"sqs:SendMessage"\],"Resource":\["[^"]*retries_queue[^"]*"/g,
    );
    expect(queues).toHaveLength(1);
    const { "sqs rainhooks-dev-retries": own, ...rest } = allowedTo(stack, "retries");
    expect(own).toBeDefined();
    expect(rest).toEqual({
      ...logs("retries"),
      "sqs rainhooks-dev-retries-dead-letters": "sqs:SendMessage",
      ...attemptTables,
      ...secrets,
      "dynamodb table/rainhooks-dev-outbox": [
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
      ].join(" "),
    });
  });

  it("each worker may send to the targets of the stage, and forward may not", () => {
    const { stack: all } = synthesize(everything);
    const targets = {
      "sqs orders": "sqs:SendMessage",
      "lambda function:lamp": "lambda:InvokeFunction",
    };
    expect(allowedTo(all, "attempts")).toMatchObject(targets);
    expect(allowedTo(all, "retries")).toMatchObject(targets);
    for (const target of Object.keys(targets))
      expect(allowedTo(all, "forward")).not.toHaveProperty([target]);
  });

  // Every principal of the account may decrypt with the key of SSM (aws/ssm) that may read the
  // parameter. Source: AWS Systems Manager user guide, "Restricting decryption of SecureString
  // parameter values".
  it("each may use no key, or that of the stage, also for secrets that are encrypted with it", () => {
    const kms = (config: StageConfig, name: string) =>
      Object.entries(allowedTo(synthesize(config).stack, name)).filter(([, actions]) =>
        /kms:/.test(actions),
      );
    const key = `kms ${everything.kmsKeyArn?.split(":").at(-1)}`;
    for (const name of FUNCTIONS) {
      expect(kms(dev, name)).toEqual([]);
      expect(kms(everything, name)).toEqual([
        [key, "kms:Decrypt kms:DescribeKey kms:GenerateDataKey"],
      ]);
    }
  });
});

describe("a stage", () => {
  const functionsOf = (config: StageConfig) =>
    resources(synthesize(config).stack, "aws_lambda_function")
      .map(([id]) => id.split("_")[0] ?? "")
      .filter((name) => FUNCTIONS.includes(name));

  test.each<[string, StageConfig, readonly string[]]>([
    ["for experiments", dev, FUNCTIONS],
    ["of production", production, FUNCTIONS],
    ["that sets every field", everything, FUNCTIONS],
    [
      "without forwarding",
      { ...dev, functions: { forward: off, attempts: off, retries: off } },
      [],
    ],
    ["that finishes what waits", { ...dev, functions: { forward: off } }, ["attempts", "retries"]],
    [
      "that finishes its retries",
      { ...dev, functions: { forward: off, attempts: off } },
      ["retries"],
    ],
  ])("a stage %s has the functions of forwarding that it asks for", (_, config, expected) => {
    expect(functionsOf(config).toSorted()).toEqual(expected.toSorted());
  });

  test.each<[string, NonNullable<StageConfig["functions"]>, string]>([
    ["all", {}, ARCHIVED.join()],
    [
      "not those that it leaves out",
      { archive: { leaveOut: ["rmaker.event.alert"] } },
      ARCHIVED.filter((one) => one !== "alert").join(),
    ],
    ["none without an archive", { archive: off }, "none"],
    [
      "none of which a filter policy keeps some out",
      { archive: { filterPolicy: { node_id: ["n1"] } } },
      "none",
    ],
  ])(
    "a stage configures forward and its workers with the types of which every event is archived: %s",
    (_, functions, expected) => {
      const { stack } = synthesize({ ...dev, functions });
      for (const name of ["forward", "attempts"])
        expect(ownResource(stack, "aws_lambda_function", name)[1]).toMatchObject({
          environment: { variables: { ARCHIVED_EVENTS: expected } },
        });
    },
  );

  test.each<[string, Partial<StageConfig>, string]>([
    [
      "forward without attempts",
      { functions: { attempts: off } },
      "Stage dev: forward sends to the queue of attempts, which is not deployed. Set functions.forward.deployed to false, too, or leave functions.attempts.deployed out.",
    ],
    [
      "attempts without retries",
      { functions: { retries: off } },
      "Stage dev: forward sends to the queue of retries, which is not deployed. Set functions.forward.deployed to false, too, or leave functions.retries.deployed out.",
    ],
    [
      "forward without both",
      { functions: { attempts: off, retries: off } },
      "Stage dev: forward sends to the queue of attempts, which is not deployed.",
    ],
  ])("a stage cannot have %s", (_, change, message) => {
    expect(() => synthesize({ ...dev, ...change })).toThrow(TypeError);
    expect(() => synthesize({ ...dev, ...change })).toThrow(message);
  });
});

describe("roles", () => {
  const { stack } = synthesize(dev);
  const isAllowed = (name: string, action: string, resource: string) =>
    roleAllows(stack, name, action, resource);

  test.each(["attempts", "retries"])(
    "%s may read the secrets of destinations, which are in a file on the local stage",
    async (worker) => {
      expect(
        await isAllowed(worker, "ssm:GetParameter", "rainhooks-secrets/dev/destinations/crm"),
      ).toBe(true);
    },
  );

  test.each([
    ["forward", "dynamodb:PutItem", "rainhooks-dev-destinations"],
    ["forward", "dynamodb:Query", "rainhooks-dev-node-status/index/by-id"],
    ["forward", "sqs:SendMessage", "rainhooks-dev-forward-replay"],
    ["forward", "dynamodb:Query", "rainhooks-dev-attempts/index/by-destination"],
    ["forward", "ssm:GetParameter", "rainhooks-secrets/dev/destinations/crm"],
    ["attempts", "dynamodb:PutItem", "rainhooks-dev-destinations"],
    ["attempts", "dynamodb:Query", "rainhooks-dev-attempts/index/by-destination"],
    ["attempts", "ssm:PutParameter", "rainhooks-secrets/dev/destinations/crm"],
    ["attempts", "ssm:GetParameter", "rainhooks-secrets/dev/hello/token"],
    ["attempts", "ssm:GetParameter", "rainhooks-secrets/prod/destinations/crm"],
    ["attempts", "sqs:SendMessage", "rainhooks-dev-attempts"],
    ["retries", "sqs:SendMessage", "rainhooks-dev-attempts"],
    ["retries", "dynamodb:DeleteItem", "rainhooks-dev-destinations"],
  ])("the role of %s may not %s on %s", async (name, action, resource) => {
    expect(await isAllowed(name, action, resource)).toBe(false);
  });
});
