import type { StackPart } from "@rainhooks/stack/stack-part";
import { DEFAULT_NODES, planOf } from "../plan.ts";
import { isLoaded } from "../stores.ts";
import { costText } from "./cost/cost-text.ts";
import type { CapacityFields } from "./fields.ts";

/**
 * How many invocations of each webhook a fleet needs, and its tables take, and what a stage costs.
 */
export const capacityPart: StackPart<CapacityFields> = {
  name: "capacity",
  planOf: (webhook, { nodes = DEFAULT_NODES }) =>
    isLoaded(webhook) ? planOf(webhook, nodes) : undefined,
  programs: { cost: costText },
};
