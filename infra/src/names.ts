import { deployedName } from "@rainhooks/webhook/names";
import type { StageConfig } from "./config/config.ts";

/** Returns the name of a resource of a stage. */
export function nameOf({ name: stage }: StageConfig, name: string): string {
  return deployedName(stage, name);
}

/**
 * Returns the path in IAM of a stage's roles and policies, in which nothing else is:
 * `<path>/rainhooks-<stage>/`.
 */
export function iamPathOf(config: StageConfig): string {
  return `${config.iam?.path ?? "/"}${nameOf(config, "").slice(0, -1)}/`;
}
