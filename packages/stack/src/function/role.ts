import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import type { Construct } from "constructs";
import { iamPathOf, type StackConfig } from "../config/config.ts";
import { policy, type Statement } from "../policy.ts";

/**
 * Makes a role, within the limits that the stage sets for roles.
 *
 * @param assumedBy The trust policy.
 */
export function makeRole(
  scope: Construct,
  config: StackConfig,
  { name, assumedBy }: { readonly name: string; readonly assumedBy: string },
): IamRole {
  const { permissionsBoundary } = config.iam ?? {};
  return new IamRole(scope, "role", {
    name,
    assumeRolePolicy: assumedBy,
    path: iamPathOf(config),
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
  });
}

/** Gives a role its permissions. What uses the role depends on them. */
export function grant(
  scope: Construct,
  role: IamRole,
  statements: readonly Statement[],
): IamRolePolicy {
  return new IamRolePolicy(scope, "role-policy", { role: role.id, policy: policy(statements) });
}
