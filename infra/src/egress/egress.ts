import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import type { StageConfig } from "../config/config.ts";
import { nameOf } from "../names.ts";
import type { Statement } from "../policy.ts";
import { makesAttempts } from "../watching/forward-alarms.ts";

/** The subnets and security groups from which some functions connect. */
export type EgressNetwork = NonNullable<StageConfig["egress"]>;

/**
 * Returns the network from which a function connects, if it makes attempts or the stage names it; otherwise
 * `undefined`.
 */
export function networkOf(
  { egress }: StageConfig,
  definition: FunctionDefinition,
): EgressNetwork | undefined {
  const connects = makesAttempts(definition) || egress?.functions?.includes(definition.name);
  return connects ? egress : undefined;
}

/**
 * What Lambda does with the role of a function in a network. Source: AWS Lambda developer guide, "Giving
 * Lambda functions access to resources in an Amazon VPC".
 */
const INTERFACES = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];
const LOOKS = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

/**
 * Returns what the role of a function in a network needs. Lambda itself makes the interfaces with it; the
 * function's code is denied the same calls.
 *
 * @param arnOf ARN of a resource in the stage's account and region.
 */
export function networkGrants(
  config: StageConfig,
  { name }: Pick<FunctionDefinition, "name">,
  arnOf: (service: string, resource: string) => string,
): Statement[] {
  return [
    {
      actions: INTERFACES,
      resources: [arnOf("ec2", "*/*")],
      wildcard: "Lambda names the interfaces, and asks for any resource",
    },
    { actions: LOOKS, resources: ["*"], wildcard: "AWS allows these for all resources or none" },
    {
      effect: "Deny",
      actions: [...INTERFACES, ...LOOKS],
      resources: ["*"],
      conditions: {
        ArnEquals: { "lambda:SourceFunctionArn": arnOf("lambda", `function:${nameOf(config, name)}`) },
      },
      wildcard: "a deny statement may be wide",
    },
  ];
}
