import * as v from "valibot";
import { fields, list, text } from "./values.ts";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const CIDR = new RegExp(
  `^(?:10\\.${OCTET}|172\\.(?:1[6-9]|2\\d|3[01])|192\\.168)\\.${OCTET}\\.${OCTET}/(?:1[6-9]|2[0-4])$`,
);

/** From which addresses the functions that send events connect to receivers. */
export const EgressSchema = fields({
  /**
   * Availability zones, 1 to 3, such as `["eu-central-1a"]`: in each of them, the stage makes a NAT gateway with a fixed address (an Elastic IP). With one, an outage of the zone holds
   * events up. @defaultValue none: the functions are in no network, and their addresses change
   */
  zones: v.exactOptional(
    list(text(/^[a-z]{2}(-[a-z]+)+-\d[a-h]$/, "must be an availability zone, such as eu-central-1a")),
  ),
  /** Elastic IPs of yours that are taken instead of new ones, one for each of `zones`: they outlive the stage. */
  allocationIds: v.exactOptional(
    list(
      text(
        /^eipalloc-[0-9a-f]{8,17}$/,
        "must be the allocation id of an Elastic IP, such as eipalloc-0a1b2c3d4e5f67890",
      ),
    ),
  ),
  /** Addresses of the network that the stage makes: it matters only if you connect it to others. @defaultValue `10.96.0.0/23` */
  cidr: v.exactOptional(text(CIDR, "must be a private network of /16 to /24, such as 10.96.0.0/24")),
  /** Instead of `zones`: private subnets of a network of yours, with a route to the internet. */
  subnetIds: v.exactOptional(list(text(/^subnet-[0-9a-f]{8,17}$/, "must be the id of a subnet"))),
  /** With `subnetIds`: security groups of yours, which let TCP out. */
  securityGroupIds: v.exactOptional(list(text(/^sg-[0-9a-f]{8,17}$/, "must be the id of a security group"))),
  /** Names of further functions that connect from there, such as a webhook of your own. `attempts` and `retries` always do. */
  functions: v.exactOptional(list(v.string("must be the name of a function"))),
});
