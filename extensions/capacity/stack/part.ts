import type { StackPart } from "@rainhooks/stack/stack-part";
import { DEFAULT_NODES, planOf } from "../plan.ts";

/** How many invocations of each webhook a fleet needs, and its tables take. */
export const capacityPart: StackPart = {
  name: "capacity",
  planOf: (webhook, nodes = DEFAULT_NODES) => planOf(webhook, nodes),
};
