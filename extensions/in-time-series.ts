import type { StoreServices } from "@rainhooks/sinks/dynamodb/store-services";
import type { TimeSeriesExtension } from "@rainhooks/time-series/extension";
import { alarmsInTimeSeries } from "./alarms/stores/in-time-series.ts";

/** What extensions do while time series are written. */
export const IN_TIME_SERIES: readonly ((services: StoreServices) => TimeSeriesExtension)[] = [
  alarmsInTimeSeries,
];
