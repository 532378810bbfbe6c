import type { Bill, Usage } from "@rainhooks/stage/cost/usage";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";

/** What an extension costs, besides what its functions with a queue say in their definitions. */
export interface PartCosts {
  /** What functions without a queue take in a month, by their lines of the bill. */
  readonly monthly?: Readonly<Record<string, (nodes: number) => Usage>>;
  /** Its own costs in a month, for some cases. */
  readonly cases?: {
    /** What they have in common, such as `no destination`. */
    readonly about: string;
    /** The functions of each case. */
    readonly functions: Readonly<Record<string, readonly FunctionDefinition[]>>;
    /** What the names of alarms begin with, by the line in which they are counted. */
    readonly alarms: Readonly<Record<string, readonly string[]>>;
  };
  /** What a million events take, by cases; `hasTotal` if the lines of a case can be added. */
  readonly millionEvents?: {
    readonly bills: Readonly<Record<string, Bill>>;
    readonly hasTotal: boolean;
  };
  /** What it says of a fleet of a number of nodes. */
  readonly fleet?: (nodes: number) => string;
}
