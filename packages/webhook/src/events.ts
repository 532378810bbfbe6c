/** What handlers need of events, without a second package. */
export { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
export { EVENT_TYPES, type EventType, shortType } from "@rainhooks/core/catalog";
export type { DataType } from "@rainhooks/core/decode/series-value";
export type { Series, SeriesRecord, TimeSeriesData } from "@rainhooks/core/decode/time-series";
export type { Delivery } from "@rainhooks/core/deliveries/delivery";
export {
  type EventData,
  nodesOf,
  type RainmakerEvent,
  type UnknownEvent,
} from "@rainhooks/core/event";
