import { callerOf } from "../operate/stage/caller.ts";
import type { StageAccess } from "../reached.ts";

/**
 * What a caller may do: `read`, what says nothing secret; `values`, what devices have reported; `operate`,
 * change something. `terminal` is for what is never let out of it.
 */
export type OperationPermission = "read" | "values" | "operate" | "terminal";

/** Through what an operation is called. */
export type Door = "terminal" | "console" | "assistant";

/** Who calls an operation, and through which door. */
export interface Caller {
  readonly door: Door;
  readonly permissions: readonly OperationPermission[];
  /**
   * The ARN of the AWS credentials, or the user of this computer. It is asked for once, when it is needed.
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
