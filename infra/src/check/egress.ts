import type { FunctionDefinition } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { isDeployed } from "../function/deployed.ts";
import { makesAttempts } from "../watching/forward-alarms.ts";

const MAX_ZONES = 3;

/** Returns what is wrong with the addresses from which functions connect. */
export function egressMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  const { egress } = config;
  if (egress === undefined) return [];
  const { zones, allocationIds, cidr, subnetIds = [], securityGroupIds = [] } = egress;
  const deployed = functions.filter((one) => isDeployed(config, one));
  const names = deployed.map(({ name }) => name);
  const unknown = (egress.functions ?? []).filter((name) => !names.includes(name));
  const isOwn = zones !== undefined;
  const isGiven = subnetIds.length > 0 || securityGroupIds.length > 0;
  return [
    isOwn === isGiven && "egress needs either zones, or subnetIds and securityGroupIds",
    isGiven &&
      (subnetIds.length === 0 || securityGroupIds.length === 0) &&
      "egress: subnetIds and securityGroupIds are needed together",
    isGiven &&
      (allocationIds !== undefined || cidr !== undefined) &&
      "egress: allocationIds and cidr are for zones; a network of yours has its own",
    isOwn &&
      (zones.length === 0 || zones.length > MAX_ZONES || new Set(zones).size !== zones.length) &&
      `egress.zones must be 1 to ${MAX_ZONES} different ones`,
    isOwn &&
      zones.some((zone) => zone.slice(0, -1) !== config.region) &&
      `egress.zones must be in ${config.region}`,
    isOwn &&
      allocationIds !== undefined &&
      new Set(allocationIds).size !== zones.length &&
      "egress.allocationIds must be as many different ones as zones",
    ...unknown.map(
      (name) => `egress.functions: no function ${name} is deployed (deployed: ${names.join(", ")})`,
    ),
    !deployed.some(makesAttempts) &&
      (egress.functions ?? []).length === 0 &&
      "egress has no effect: no function that makes attempts is deployed, and egress.functions names none",
  ];
}
