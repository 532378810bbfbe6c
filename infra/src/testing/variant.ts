import { type ResourceJson, resources, type StackJson } from "@rainhooks/stack/stack-json";
import type { StageConfig } from "../config.ts";
import { synthesize } from "../synthesize.ts";
import { dev } from "./stages.ts";

/** Synthesizes the stage for experiments with a change. */
export function variant(change: Partial<StageConfig>): StackJson {
  return synthesize({ ...dev, ...change }).stack;
}

/**
 * Returns the attributes of a resource by one of them.
 *
 * @throws {Error} if the stack has no such resource.
 */
export function findResource(
  stack: StackJson,
  type: string,
  attribute: string,
  value: string,
): ResourceJson {
  const found = resources(stack, type).find(([, attributes]) => attributes[attribute] === value);
  if (found === undefined)
    throw new Error(`The stack has no ${type} whose ${attribute} is ${value}.`);
  return found[1];
}
