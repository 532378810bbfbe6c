import * as v from "valibot";
import { fields, list, text, whole } from "./values.ts";

const CIDR = /^(10|172\.(1[6-9]|2\d|3[01])|192\.168)(\.\d{1,3}){1,3}\/(1[6-9]|2[0-4])$/;

/** From which addresses the functions that send events connect to receivers. */
export const EgressSchema = fields({
  /**
   * Number of fixed addresses, 1 to 3: Elastic IPs of NAT gateways, each in an availability zone of its own, in a network that the stage makes. With one, an outage of its zone
   * holds events up. @defaultValue none: the functions are in no network, and their addresses change
   */
  fixedAddresses: v.exactOptional(whole(1, 3)),
  /** Elastic IPs of yours that are taken instead of new ones, as many as `fixedAddresses`: they outlive the stage. */
  allocationIds: v.exactOptional(
    list(
      text(
        /^eipalloc-[0-9a-f]{8,17}$/,
        "must be the allocation id of an Elastic IP, such as eipalloc-0a1b2c3d4e5f67890",
      ),
    ),
  ),
  /** Addresses of the network that the stage makes: it matters only if you connect it to others. @defaultValue `10.96.0.0/24` */
  cidr: v.exactOptional(text(CIDR, "must be a private network of /16 to /24, such as 10.96.0.0/24")),
  /** Instead of `fixedAddresses`: private subnets of a network of yours, with a route to the internet. */
  subnetIds: v.exactOptional(list(text(/^subnet-[0-9a-f]{8,17}$/, "must be the id of a subnet"))),
  /** With `subnetIds`: security groups of yours, which let TCP out. */
  securityGroupIds: v.exactOptional(list(text(/^sg-[0-9a-f]{8,17}$/, "must be the id of a security group"))),
  /** Names of further functions that connect from there, such as a webhook of your own. `attempts` and `retries` always do. */
  functions: v.exactOptional(list(v.string("must be the name of a function"))),
});
