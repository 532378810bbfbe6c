import { describeValue } from "@rainhooks/core/json";
import { anyText, fields, list, optional, text, type Value } from "./values.ts";

/** Of a function. Source: AWS Lambda API reference, "VpcConfig". */
const MAX_SUBNETS = 16;
const MAX_GROUPS = 5;

/**
 * Ids of resources of a kind, such as `subnet-0a1b2c3d4e5f67890`: different ones, 1 to a number of
 * them.
 */
const ids = (prefix: string, kind: string, max: number): Value<readonly string[]> => {
  const id = text(
    new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`),
    `the id of a ${kind}, such as ${prefix}-0a1b2c3d4e5f67890`,
  );
  const { check } = list(id);
  return {
    check: (value: unknown, path: string) => {
      const mistakes = check(value, path);
      if (mistakes.length > 0 || !Array.isArray(value)) return mistakes;
      const isRight =
        value.length >= 1 && value.length <= max && new Set(value).size === value.length;
      return isRight
        ? []
        : [`${path} must be 1 to ${max} different ids, not ${describeValue(value)}`];
    },
  };
};

/** The network from which the functions that send events connect to receivers. */
export const EgressSchema = fields({
  /**
   * Private subnets of a VPC that you have, 1 to 16: with a route to the internet, and best in two
   * availability zones.
   */
  subnetIds: ids("subnet", "subnet", MAX_SUBNETS),
  /** Security groups of that VPC, 1 to 5, which let TCP out. */
  securityGroupIds: ids("sg", "security group", MAX_GROUPS),
  /**
   * Names of further functions that connect from there, such as a webhook of your own. `attempts`
   * and `retries` always do.
   */
  functions: optional(list(anyText("the name of a function"))),
});
