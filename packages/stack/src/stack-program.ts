import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import type { StackConfig } from "./config/config.ts";
import type { PartCosts } from "./part-costs.ts";
import type { StackJson } from "./stack-json.ts";

/** The program that makes stacks, for extensions that compute from them what a stage is. */
export interface StackProgram {
  /** The functions that come with Rainhooks. */
  readonly shipped: readonly FunctionDefinition[];
  /** A production stage, as a new one is made. */
  readonly production: StackConfig;
  /** The parts that a stage can have. */
  readonly parts: readonly string[];
  /** What extensions cost, by the parts of a stage. */
  readonly costs: ReadonlyMap<string, PartCosts>;
  /** The parts without which a stage cannot have a part. */
  readonly neededBy: (part: string) => string[];
  /** The functions of a stage, with its changes. */
  readonly functionsOf: (config: StackConfig) => readonly FunctionDefinition[];
  readonly synthesize: (config: StackConfig) => StackJson;
  /** What is typed for a task, such as `npm run cost --`. */
  readonly typed: (task: string) => string;
}
