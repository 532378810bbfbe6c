import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import type { FunctionChanges, StackConfig } from "./config/config.ts";
import type { PartCosts } from "./part-costs.ts";
import type { StackJson } from "./stack-json.ts";

/** A function as a stage has it, and of a webhook how messages come to it. */
export type ChangedFunction = FunctionDefinition & Pick<FunctionChanges, "delivery">;

/** The program that makes stacks, for extensions that compute from them what a stage is. */
export interface StackProgram {
  /** The functions that come with Rainhooks. */
  readonly shipped: readonly FunctionDefinition[];
  /** A production stage, as a new one is made. */
  readonly production: StackConfig;
  /** The parts that a stage can have. */
  readonly parts: readonly string[];
  /** What extensions add to what a stage costs. */
  readonly costs: readonly PartCosts[];
  /** The parts without which a stage cannot have a part. */
  readonly neededBy: (part: string) => string[];
  /** The functions of a stage, with its changes. */
  readonly functionsOf: (config: StackConfig) => readonly ChangedFunction[];
  readonly synthesize: (config: StackConfig) => StackJson;
  /** What is typed for a task, such as `npm run cost --`. */
  readonly typed: (task: string) => string;
}
