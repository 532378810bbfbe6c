import { userInfo } from "node:os";
import { clientOptions, type StageAccount } from "../account.ts";
import type { StageAccess } from "../stage-access.ts";

/**
 * Returns who runs a command on a stage: the ARN of the AWS credentials, or the user of this
 * computer.
 */
export async function callerOf({
  local,
  outputs: { region },
  profile,
}: StageAccess): Promise<string> {
  if (local !== undefined) return `local user ${userName()}`;
  return (await identityOf({ region, profile })).Arn ?? "unknown";
}

/** Returns what AWS knows of its credentials here: their ARN and account. */
export async function identityOf(account: StageAccount) {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  return new STSClient(clientOptions(account)).send(new GetCallerIdentityCommand({}));
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry, as in some containers.
    return String(process.getuid?.() ?? "");
  }
}

/**
 * What a caller may do: `read`, what says nothing secret; `values`, what devices have reported;
 * `operate`, change something. `terminal` is for what is never let out of it.
 */
export type OperationPermission = "read" | "values" | "operate" | "terminal";

/** Through what an operation is called. */
export type Door = "terminal" | "console" | "assistant";

/** Who calls an operation, and through which door. */
export interface Caller {
  readonly door: Door;
  readonly permissions: readonly OperationPermission[];
  /**
   * The ARN of the AWS credentials, or the user of this computer. It is asked for once, when it is
   * needed.
   */
  readonly who: () => Promise<string>;
}

const PERMISSIONS: Readonly<Record<Door, readonly OperationPermission[]>> = {
  terminal: ["read", "values", "operate", "terminal"],
  console: ["read", "values", "operate"],
  assistant: ["read", "values"],
};

const known = new WeakMap<StageAccess, Promise<string>>();

/** Returns the caller of operations on a stage, with the permissions of a door. */
export function callerAt(stage: StageAccess, door: Door): Caller {
  const who = () => {
    const found = known.get(stage) ?? callerOf(stage);
    known.set(stage, found);
    found.catch(() => known.delete(stage));
    return found;
  };
  return { door, permissions: PERMISSIONS[door], who };
}
