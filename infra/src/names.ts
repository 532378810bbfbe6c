import { deployedName } from "@rainhooks/webhook/define";
import type { StageConfig } from "./config/config.ts";

/** Returns the name of a resource of a stage: `<prefix>-<stage>-<name>`. */
export function nameOf({ name: stage, namePrefix }: StageConfig, name: string): string {
  return deployedName(stage, name, namePrefix);
}
