import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import type { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { policy, type Statement } from "../policy.ts";

/** Options of {@link makeRole}. */
export interface RoleInput {
  readonly name: string;
  /** The trust policy. */
  readonly assumedBy: string;
  readonly statements: readonly Statement[];
}

/** Makes a role with one policy, within the limits that the stage sets for roles. */
export function makeRole(
  scope: Construct,
  { iam = {} }: StageConfig,
  { name, assumedBy, statements }: RoleInput,
): { role: IamRole; granted: IamRolePolicy } {
  const role = new IamRole(scope, "role", {
    name,
    assumeRolePolicy: assumedBy,
    ...(iam.path === undefined ? {} : { path: iam.path }),
    ...(iam.permissionsBoundary === undefined ? {} : { permissionsBoundary: iam.permissionsBoundary }),
  });
  return {
    role,
    granted: new IamRolePolicy(scope, "role-policy", { role: role.id, policy: policy(statements) }),
  };
}
