import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { nameOf, type StackConfig } from "../config/config.ts";
import type { Statement } from "../policy.ts";

/** The subnets and security groups from which some functions connect. */
export type EgressNetwork = NonNullable<StackConfig["egress"]>;

/**
 * What Lambda does with the role of a function in a network. Source: AWS Lambda developer guide,
 * "Giving Lambda functions access to resources in an Amazon VPC".
 */
const INTERFACES = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];
const LOOKS = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

/**
 * Returns what the role of a function in a network needs. Lambda itself makes the interfaces with
 * it; the function's code is denied the same calls.
 *
 * @param arnOf ARN of a resource in the stage's account and region.
 */
export function networkGrants(
  config: StackConfig,
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
        ArnEquals: {
          "lambda:SourceFunctionArn": arnOf("lambda", `function:${nameOf(config, name)}`),
        },
      },
      wildcard: "a deny statement may be wide",
    },
  ];
}
