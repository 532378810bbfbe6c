import type { StackConfig } from "../config/config.ts";
import type { PolicyStatement } from "./document.ts";

/** Returns the permissions on the key of a stage, if it has one. */
export function keyFor(
  { kmsKeyArn }: StackConfig,
  task: string,
  Action: readonly string[],
): PolicyStatement[] {
  return kmsKeyArn === undefined ? [] : [{ Sid: `UseKeyTo${task}`, Action, Resource: [kmsKeyArn] }];
}
