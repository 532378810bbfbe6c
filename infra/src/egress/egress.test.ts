import { describe, expect, it, test } from "@jest/globals";
import type { StageConfig } from "../config/config.ts";
import { resources, type StackJson, synthesize } from "../synthesize.ts";
import { RULES } from "../testing/rules.ts";
import { dev, production } from "../testing/stages.ts";

type Egress = NonNullable<StageConfig["egress"]>;
const stackOf = (egress: Egress, more: Partial<StageConfig> = {}) =>
  synthesize({ ...dev, ...more, egress }).stack;
const ZONES = ["us-east-1a", "us-east-1b", "us-east-1d"];
const IDS = { subnetIds: ["subnet-0a1b2c3d4e5f60001"], securityGroupIds: ["sg-0a1b2c3d4e5f60001"] };

/** Returns the functions of a stack that are in a network, by their names, and their networks. */
function connected(stack: StackJson) {
  return resources(stack, "aws_lambda_function").flatMap(([, { function_name, vpc_config }]) =>
    vpc_config === undefined ? [] : [[function_name, vpc_config]],
  );
}

function count(stack: StackJson) {
  const types = [
    "vpc",
    "subnet",
    "nat_gateway",
    "eip",
    "internet_gateway",
    "route_table",
    "vpc_endpoint",
    "security_group",
  ];
  return types.map((type) => resources(stack, `aws_${type}`).length);
}

describe("fixed addresses", () => {
  it("without the field, a stage has no network, and its roles no right to one", () => {
    const { stack } = synthesize(dev);
    expect([connected(stack), count(stack)]).toEqual([[], [0, 0, 0, 0, 0, 0, 0, 0]]);
    expect(JSON.stringify(stack)).not.toMatch(/ec2:|"egress/);
  });

  test.each([1, 2, 3])("%d: each in a zone of its own, with a private and a public subnet", (n) => {
    const stack = stackOf({ zones: ZONES.slice(0, n) });
    expect(count(stack)).toEqual([1, 2 * n, n, n, 1, n + 1, 2, 1]);
    const zones = resources(stack, "aws_subnet").map(([, subnet]) => subnet["availability_zone"]);
    expect(new Set(zones)).toEqual(new Set(ZONES.slice(0, n)));
    const ranges = resources(stack, "aws_subnet").map(([, subnet]) => subnet["cidr_block"]);
    expect(new Set(ranges).size).toBe(2 * n);
    const nats = resources(stack, "aws_nat_gateway").map(([, nat]) => [
      nat["subnet_id"],
      nat["allocation_id"],
    ]);
    expect(new Set(nats.flat()).size).toBe(2 * n);
    for (const [subnet] of nats) expect(subnet).toMatch(/aws_subnet\.egress_public-us-east-1/);
  });

  it("those of a zone stay as they are when another one comes or goes, in any order", () => {
    const ofA = (zones: string[]) =>
      ["subnet", "eip", "nat_gateway", "route_table"].map((type) =>
        resources(stackOf({ zones }), `aws_${type}`).filter(([name]) => name.includes("us-east-1a")),
      );
    expect(ofA(["us-east-1d", "us-east-1a"])).toEqual(ofA(["us-east-1a"]));
  });

  it("the functions that make attempts connect from the private subnets, and no others", () => {
    const functions = connected(stackOf({ zones: ["us-east-1a", "us-east-1b"] }));
    expect(functions).toEqual(
      ["rainhooks-dev-attempts", "rainhooks-dev-retries"].map((name) => [
        name,
        {
          subnet_ids: ["a", "b"].map((zone) =>
            expect.stringContaining(`aws_subnet.egress_private-us-east-1${zone}`),
          ),
          security_group_ids: [expect.stringContaining("aws_security_group.egress_security-group")],
        },
      ]),
    );
    const more = stackOf({ zones: ["us-east-1a"], functions: ["hello"] });
    expect(connected(more).map(([name]) => name)).toContain("rainhooks-dev-hello");
  });

  it("nothing connects to them, DynamoDB and S3 are reached without the NAT gateway, and a function waits for its way out", () => {
    const stack = stackOf({ zones: ["us-east-1a"] });
    const [[, group] = []] = resources(stack, "aws_security_group");
    expect(group?.["ingress"]).toBeUndefined();
    expect(group?.["egress"]).toMatchObject([{ protocol: "tcp", cidr_blocks: ["0.0.0.0/0"] }]);
    for (const [, subnet] of resources(stack, "aws_subnet"))
      expect(subnet["map_public_ip_on_launch"]).toBe(false);
    const endpoints = resources(stack, "aws_vpc_endpoint").map(([, one]) => one);
    expect(endpoints.map((one) => [one["service_name"], one["vpc_endpoint_type"]])).toEqual([
      ["com.amazonaws.us-east-1.dynamodb", "Gateway"],
      ["com.amazonaws.us-east-1.s3", "Gateway"],
    ]);
    const [[, sender] = []] = resources(stack, "aws_lambda_function").filter(([, one]) => one["vpc_config"]);
    expect(sender?.["depends_on"]).toEqual(
      expect.arrayContaining([expect.stringContaining("aws_route.egress_private-route-us-east-1a")]),
    );
  });

  it("Lambda may make the interfaces, in this account and region, and the code of the function may not", () => {
    const stack = stackOf({ zones: ["us-east-1a"] });
    const [[, sender] = []] = resources(stack, "aws_iam_role_policy").filter(([name]) =>
      name.startsWith("attempts"),
    );
    const statements: { Effect: string; Action: string[]; Resource: string[]; Condition?: object }[] =
      JSON.parse(String(sender?.["policy"])).Statement.filter(({ Action }: { Action: string[] }) =>
        Action.some((one) => one.startsWith("ec2:")),
      );
    const [make, look, deny] = statements;
    expect(make?.Resource).toEqual([expect.stringMatching(/^arn:[^*]+:ec2:us-east-1:[^*]+:\*\/\*$/)]);
    expect([look?.Action, look?.Resource]).toEqual([
      ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
      ["*"],
    ]);
    expect(deny).toMatchObject({
      ...{ Effect: "Deny", Resource: ["*"] },
      Condition: {
        ArnEquals: { "lambda:SourceFunctionArn": expect.stringMatching(/:function:rainhooks-dev-attempts$/) },
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

  it("the addresses are outputs; in production they cannot be destroyed", () => {
    const stack = stackOf({ zones: ["us-east-1a", "us-east-1b"] });
    const { egress } = (
      stack.output["stage"] as { value: { egress: { addresses: string[]; functions: string[] } } }
    ).value;
    expect(egress).toEqual({
      addresses: ["a", "b"].map((zone) =>
        expect.stringMatching(new RegExp(`aws_eip\\.egress_address-us-east-1${zone}.*public_ip`)),
      ),
      functions: ["attempts", "retries"],
    });
    const kept = synthesize({ ...production, egress: { zones: ["us-east-1a"] } }).stack;
    expect(resources(kept, "aws_eip").map(([, one]) => one["lifecycle"])).toEqual([
      { prevent_destroy: true },
    ]);
  });

  it("can be addresses that you have", () => {
    const allocationIds = ["eipalloc-0a1b2c3d4e5f60001", "eipalloc-0a1b2c3d4e5f60002"];
    const stack = stackOf({ zones: ["us-east-1a", "us-east-1b"], allocationIds, cidr: "10.5.0.0/20" });
    expect(resources(stack, "aws_eip")).toEqual([]);
    expect(resources(stack, "aws_nat_gateway").map(([, one]) => one["allocation_id"])).toEqual(allocationIds);
    expect(Object.values(stack.data?.["aws_eip"] ?? {}).map((one) => one["id"])).toEqual(allocationIds);
    expect(resources(stack, "aws_vpc").map(([, one]) => one["cidr_block"])).toEqual(["10.5.0.0/20"]);
  });

  it("a network of yours is used as it is, and the stage makes none", () => {
    const stack = stackOf(IDS);
    expect(count(stack)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(connected(stack).map(([, network]) => network)).toEqual(
      [1, 2].map(() => ({ subnet_ids: IDS.subnetIds, security_group_ids: IDS.securityGroupIds })),
    );
    expect(JSON.stringify(stack.output["stage"])).toContain('"egress":{"functions":["attempts","retries"]}');
  });

  test.each<[string, Egress, string]>([
    ["neither", {}, "egress needs either zones, or subnetIds and securityGroupIds"],
    ["both", { zones: ["us-east-1a"], ...IDS }, "egress needs either zones, or"],
    ["subnets alone", { subnetIds: IDS.subnetIds }, "subnetIds and securityGroupIds are needed together"],
    [
      "too few addresses",
      { zones: ["us-east-1a", "us-east-1b"], allocationIds: ["eipalloc-0a1b2c3d4e5f60001"] },
      "egress.allocationIds must be as many different ones as zones",
    ],
    [
      "an address too many",
      {
        zones: ["us-east-1a", "us-east-1b"],
        allocationIds: [
          "eipalloc-0a1b2c3d4e5f60001",
          "eipalloc-0a1b2c3d4e5f60001",
          "eipalloc-0a1b2c3d4e5f60002",
        ],
      },
      "egress.allocationIds must be as many different ones as zones",
    ],
    [
      "too many subnets",
      { ...IDS, subnetIds: Array.from({ length: 17 }, (_, index) => `subnet-0a1b2c3d4e5f600${index + 10}`) },
      "egress takes up to 16 subnetIds and 5 securityGroupIds",
    ],
    ...["10.5/16", "192.168.1.2.3/24", "10.999.0.0/16"].map((cidr): [string, Egress, string] => [
      `no network: ${cidr}`,
      { zones: ["us-east-1a"], cidr },
      "egress.cidr must be a private network",
    ]),
    [
      "an address within a network",
      { zones: ["us-east-1a"], cidr: "10.5.0.1/24" },
      "egress.cidr must begin with the first address of its network, which 10.5.0.1/24 does not",
    ],
    ["a network for yours", { ...IDS, cidr: "10.5.0.0/24" }, "allocationIds and cidr are for zones"],
    [
      "a public network",
      { zones: ["us-east-1a"], cidr: "8.8.8.0/24" },
      "egress.cidr must be a private network",
    ],
    ["no zone", { zones: [] }, "egress.zones must be 1 to 3 different ones"],
    ["a zone twice", { zones: ["us-east-1a", "us-east-1a"] }, "egress.zones must be 1 to 3 different ones"],
    ["a zone elsewhere", { zones: ["eu-west-1a"] }, "egress.zones must be in us-east-1"],
    ["no zones", { zones: ["a"] }, "egress.zones.0 must be an availability zone"],
    [
      "an unknown function",
      { zones: ["us-east-1a"], functions: ["helo"] },
      "egress.functions: no function helo is deployed",
    ],
  ])("are refused with %s", (_, egress, message) => {
    expect(() => stackOf(egress)).toThrow(message);
  });

  it("have no effect without functions that send", () => {
    const functions = {
      forward: { deployed: false },
      attempts: { deployed: false },
      retries: { deployed: false },
    };
    expect(() => stackOf({ zones: ["us-east-1a"] }, { functions })).toThrow("egress has no effect");
  });

  const { stack } = synthesize({ ...production, egress: { zones: ["us-east-1a", "us-east-1b"] } });
  const neutral: StackJson = JSON.parse(JSON.stringify(stack).replaceAll("123456789012", "configured"));
  test.each(Object.entries(RULES))("keep the rule: %s", (_, rule) => {
    expect(rule(neutral)).toEqual([]);
  });
});
