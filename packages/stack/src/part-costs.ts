import type { StackConfig } from "./config/config.ts";
import type { StackJson } from "./stack-json.ts";

/** A table of costs: headers and rows. */
export interface CostTable {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Prices in dollars of what brings events to a stage. */
export interface EventPrices {
  readonly iotRule: number;
  readonly iotAction: number;
  readonly pipe: number;
  readonly snsPublish: number;
  readonly sqsRequest: number;
  readonly lambdaRequest: number;
  readonly lambdaGbS: number;
}

/** What an extension adds to `npm run cost`. */
export interface PartCosts {
  /** Tables of what it costs in a production stage. */
  readonly tables?: (
    production: StackConfig,
    stack: StackJson,
    prices: EventPrices,
  ) => readonly CostTable[];
  /** What it says of a fleet of a number of nodes. */
  readonly fleet?: (nodes: number) => string;
}
