import type { FunctionDefinition } from "@rainhooks/webhook/define";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { nameOf } from "../names.ts";
import type { Statement } from "../policy.ts";
import { makesAttempts } from "../watching/forward-alarms.ts";
import { EgressNetwork } from "./network.ts";

/** The network from which some functions connect. */
export interface EgressSubnets {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Fixed addresses; `undefined` if the stage does not know them, because the network is not its own. */
  readonly addresses: readonly string[] | undefined;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Makes the network from which a stage's functions connect; `undefined` if they are in none. */
export function makeEgress(scope: Construct, config: StageConfig): EgressSubnets | undefined {
  const { egress } = config;
  if (egress === undefined) return undefined;
  const { zones, subnetIds = [], securityGroupIds = [] } = egress;
  if (zones === undefined) return { subnetIds, securityGroupIds, addresses: undefined, dependsOn: [] };
  const { routes, ...made } = new EgressNetwork(scope, config, egress);
  const { subnetIds: own, securityGroupIds: groups, addresses } = made;
  return { subnetIds: own, securityGroupIds: groups, addresses, dependsOn: routes };
}

/** Whether a function connects from the network of the stage: one that makes attempts, or that the stage names. */
export function connectsFrom({ egress }: StageConfig, definition: FunctionDefinition): boolean {
  if (egress === undefined) return false;
  return makesAttempts(definition) || (egress.functions ?? []).includes(definition.name);
}

/** What Lambda does with the role of a function in a network. Source: AWS Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC". */
const INTERFACES = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];
const LOOKS = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

/**
 * Returns what the role of a function in a network needs. Lambda itself makes the interfaces with it; the function's code is denied the same calls.
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
