import { describe, expect, it, test } from "@jest/globals";
import { resources, type StackJson } from "@rainhooks/stack/stack-json";
import type { StageConfig } from "../config.ts";
import { synthesize } from "../synthesize.ts";
import { RULES } from "../testing/rules.ts";
import { dev, production } from "../testing/stages.ts";

type Egress = NonNullable<StageConfig["egress"]>;
const stackOf = (egress: Egress, more: Partial<StageConfig> = {}) =>
  synthesize({ ...dev, ...more, egress }).stack;
const SUBNETS = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d"];
const GROUPS = ["sg-0a1b2c3d4e5f60001"];
const NETWORK: Egress = { subnetIds: SUBNETS, securityGroupIds: GROUPS };

/** Returns the functions of a stack that are in a network, by their names, and their networks. */
function connected(stack: StackJson) {
  return resources(stack, "aws_lambda_function").flatMap(([, { function_name, vpc_config }]) =>
    vpc_config === undefined ? [] : [[function_name, vpc_config]],
  );
}

describe("a stage with egress", () => {
  it("a stage with egress connects the functions that make attempts from the subnets, with the security groups, and no others", () => {
    const vpc = { subnet_ids: SUBNETS, security_group_ids: GROUPS };
    const both = [
      ["rainhooks-dev-attempts", vpc],
      ["rainhooks-dev-retries", vpc],
    ];
    expect(connected(stackOf(NETWORK))).toEqual(both);
    const more = connected(stackOf({ ...NETWORK, functions: ["hello"] }));
    expect(more).toEqual(expect.arrayContaining([...both, ["rainhooks-dev-hello", vpc]]));
    expect(more).toHaveLength(3);
  });

  it("a stage with egress makes no part of a network itself, and names functions and subnets in its outputs", () => {
    const stack = stackOf(NETWORK);
    expect(new Set(Object.keys(stack.resource))).toEqual(
      new Set(Object.keys(synthesize(dev).stack.resource)),
    );
    expect(stack.output["stage"]).toMatchObject({
      value: { egress: { functions: ["attempts", "retries"], subnetIds: SUBNETS } },
    });
  });

  it("a stage with egress lets Lambda make network interfaces, in this account and region, but not the function's code", () => {
    const stack = stackOf(NETWORK);
    const [[, sender] = []] = resources(stack, "aws_iam_role_policy").filter(([name]) =>
      name.startsWith("attempts"),
    );
    const statements: {
      Effect: string;
      Action: string[];
      Resource: string[];
      Condition?: object;
    }[] = JSON.parse(String(sender?.["policy"])).Statement.filter(
      ({ Action }: { Action: string[] }) => Action.some((one) => one.startsWith("ec2:")),
    );
    const [make, look, deny] = statements;
    expect(make?.Resource).toEqual([
      expect.stringMatching(/^arn:[^*]+:ec2:us-east-1:[^*]+:\*\/\*$/),
    ]);
    expect([look?.Action, look?.Resource]).toEqual([
      ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
      ["*"],
    ]);
    expect(deny).toMatchObject({
      Effect: "Deny",
      Resource: ["*"],
      Condition: {
        ArnEquals: {
          "lambda:SourceFunctionArn": expect.stringMatching(/:function:rainhooks-dev-attempts$/),
        },
      },
    });
    expect([...(make?.Action ?? []), ...(look?.Action ?? [])].sort()).toEqual(
      [...(deny?.Action ?? [])].sort(),
    );
    const others = resources(stack, "aws_iam_role_policy").filter(
      ([name]) => !/^(attempts|retries)/.test(name),
    );
    expect(JSON.stringify(others)).not.toContain("ec2:");
  });

  test.each<[string, unknown, string]>([
    ["nothing", {}, "egress.subnetIds is missing; egress.securityGroupIds is missing"],
    ["subnets alone", { subnetIds: SUBNETS }, "egress.securityGroupIds is missing"],
    ["security groups alone", { securityGroupIds: GROUPS }, "egress.subnetIds is missing"],
    ["no subnet", { ...NETWORK, subnetIds: [] }, "egress.subnetIds must be 1 to 16 different ids"],
    [
      "a subnet twice",
      { ...NETWORK, subnetIds: [...SUBNETS, ...SUBNETS] },
      "egress.subnetIds must be 1 to 16 different ids",
    ],
    [
      "too many subnets",
      {
        ...NETWORK,
        subnetIds: Array.from({ length: 17 }, (_, at) => `subnet-0a1b2c3d4e5f600${at + 10}`),
      },
      "egress.subnetIds must be 1 to 16 different ids",
    ],
    [
      "too many security groups",
      { ...NETWORK, securityGroupIds: Array.from({ length: 6 }, (_, at) => `sg-0a1b2c3${at}`) },
      "egress.securityGroupIds must be 1 to 5 different ids",
    ],
    ...["vpc-0a1b2c3d", "subnet-0A1B2C3D", "subnet-0a1b2c3d4", "sg-0a1b2c3d", "eu-central-1a"].map(
      (id): [string, Egress, string] => [
        `the id ${id} of something else`,
        { ...NETWORK, subnetIds: [id] },
        `egress.subnetIds.0 must be the id of a subnet, such as subnet-0a1b2c3d4e5f67890, not "${id}"`,
      ],
    ),
    [
      "a subnet for a security group",
      { ...NETWORK, securityGroupIds: SUBNETS },
      "egress.securityGroupIds.0 must be the id of a security group, such as sg-0a1b2c3d4e5f67890",
    ],
    [
      "an unknown function",
      { ...NETWORK, functions: ["helo"] },
      "egress.functions: no function helo is deployed",
    ],
  ])("a stage with egress is refused with %s", (_, egress, message) => {
    // As in a file that is not type-checked.
    expect(() => stackOf(egress as Egress)).toThrow(message);
  });

  it("a stage with egress is refused without functions that send, unless it names some", () => {
    const functions = {
      forward: { deployed: false },
      attempts: { deployed: false },
      retries: { deployed: false },
    };
    expect(() => stackOf(NETWORK, { functions })).toThrow("egress has no effect");
    const named = stackOf({ ...NETWORK, functions: ["hello"] }, { functions });
    expect(connected(named).map(([name]) => name)).toEqual(["rainhooks-dev-hello"]);
  });

  const { stack } = synthesize({ ...production, egress: NETWORK });
  const neutral: StackJson = JSON.parse(
    JSON.stringify(stack).replaceAll("123456789012", "configured"),
  );
  test.each(Object.entries(RULES))("a stage with egress keeps the rule: %s", (_, rule) => {
    expect(rule(neutral)).toEqual([]);
  });
});

it("a stage without egress is in no network, and its roles have no right to one", () => {
  const { stack } = synthesize(dev);
  expect(connected(stack)).toEqual([]);
  expect(JSON.stringify(stack)).not.toMatch(/ec2:|"egress/);
});
