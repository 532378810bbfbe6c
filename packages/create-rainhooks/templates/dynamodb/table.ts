import type { TableDescription } from "@rainhooks/webhook/sinks";

/** The last events of each node. */
export const doorBellTable = {
  name: "door-bell",
  partitionKey: { name: "nodeId", type: "S" },
  sortKey: { name: "at", type: "S" },
} as const satisfies TableDescription;
