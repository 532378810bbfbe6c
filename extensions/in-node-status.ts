import type { NodeStatusExtension } from "@rainhooks/node-status/extension";
import type { StoreServices } from "@rainhooks/sinks/dynamodb/store-services";
import { alarmsInNodeStatus } from "./alarms/stores/in-node-status.ts";

/** What extensions do while node status writes. */
export const IN_NODE_STATUS: readonly ((services: StoreServices) => NodeStatusExtension)[] = [
  alarmsInNodeStatus,
];
