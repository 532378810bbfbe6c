import { deployedName } from "@rainhooks/webhook/names";
import type { StackConfig } from "./config/config.ts";

/** Returns the name of a resource of a stage. */
export function nameOf({ name: stage }: StackConfig, name: string): string {
  return deployedName(stage, name);
}

/**
 * Returns the path in IAM of a stage's roles and policies, in which nothing else is:
 * `<path>/rainhooks-<stage>/`.
 */
export function iamPathOf(config: StackConfig): string {
  return `${config.iam?.path ?? "/"}${nameOf(config, "").slice(0, -1)}/`;
}
