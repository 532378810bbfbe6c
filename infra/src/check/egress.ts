import type { FunctionDefinition } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { isDeployed } from "../function/deployed.ts";
import { makesAttempts } from "../watching/forward-alarms.ts";

const MAX_ZONES = 3;
/** Of a function. Source: AWS Lambda API reference, "VpcConfig". */
const [MAX_SUBNETS, MAX_GROUPS] = [16, 5];

/** Returns what is wrong with the addresses from which functions connect. */
export function egressMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  const { egress } = config;
  if (egress === undefined) return [];
  const { zones, subnetIds = [], securityGroupIds = [] } = egress;
  const deployed = functions.filter((one) => isDeployed(config, one));
  const names = deployed.map(({ name }) => name);
  const unknown = (egress.functions ?? []).filter((name) => !names.includes(name));
  const isOwn = zones !== undefined;
  const isGiven = subnetIds.length > 0 || securityGroupIds.length > 0;
  return [
    isOwn === isGiven && "egress needs either zones, or subnetIds and securityGroupIds",
    ...givenNetworkMistakes(egress, isGiven),
    ...(zones === undefined ? [] : ownNetworkMistakes({ ...egress, zones }, config.region)),
    ...unknown.map(
      (name) => `egress.functions: no function ${name} is deployed (deployed: ${names.join(", ")})`,
    ),
    !deployed.some(makesAttempts) &&
      (egress.functions ?? []).length === 0 &&
      "egress has no effect: no function that makes attempts is deployed, and egress.functions names none",
  ];
}

type Egress = NonNullable<StageConfig["egress"]>;

function givenNetworkMistakes(
  { allocationIds, cidr, subnetIds = [], securityGroupIds = [] }: Egress,
  isGiven: boolean,
): (string | false)[] {
  return [
    isGiven &&
      (subnetIds.length === 0 || securityGroupIds.length === 0) &&
      "egress: subnetIds and securityGroupIds are needed together",
    isGiven &&
      (allocationIds !== undefined || cidr !== undefined) &&
      "egress: allocationIds and cidr are for zones; a network of yours has its own",
    (subnetIds.length > MAX_SUBNETS || securityGroupIds.length > MAX_GROUPS) &&
      `egress takes up to ${MAX_SUBNETS} subnetIds and ${MAX_GROUPS} securityGroupIds`,
  ];
}

function ownNetworkMistakes(
  { zones, allocationIds = zones, cidr }: Egress & { readonly zones: readonly string[] },
  region: string,
): (string | false)[] {
  return [
    (zones.length === 0 || zones.length > MAX_ZONES || new Set(zones).size !== zones.length) &&
      `egress.zones must be 1 to ${MAX_ZONES} different ones`,
    zones.some((zone) => zone.slice(0, -1) !== region) && `egress.zones must be in ${region}`,
    (allocationIds.length !== zones.length || new Set(allocationIds).size !== new Set(zones).size) &&
      "egress.allocationIds must be as many different ones as zones",
    cidr !== undefined &&
      !isFirstOf(cidr) &&
      `egress.cidr must begin with the first address of its network, which ${cidr} does not`,
  ];
}

/** Returns whether the address of a network is its first one. */
function isFirstOf(cidr: string): boolean {
  const [address = "", bits] = cidr.split("/");
  const number = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return number % 2 ** (32 - Number(bits)) === 0;
}
