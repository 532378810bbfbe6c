import type { NodeStatusExtension } from "@rainhooks/node-status/extension";
import type { StoreServices } from "@rainhooks/sinks/dynamodb/store-services";
import type { TimeSeriesExtension } from "@rainhooks/time-series/extension";
import { alarmsInNodeStatus, alarmsInTimeSeries } from "./alarms/stores/in-stores.ts";

/** What extensions do while node status writes. */
export const IN_NODE_STATUS: readonly ((services: StoreServices) => NodeStatusExtension)[] = [
  alarmsInNodeStatus,
];

/** What extensions do while time series are written. */
export const IN_TIME_SERIES: readonly ((services: StoreServices) => TimeSeriesExtension)[] = [
  alarmsInTimeSeries,
];
