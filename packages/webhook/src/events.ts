/** What handlers need of events, without a second package. */
export {
  AWS_CLIENT_OPTIONS,
  type DataType,
  type Delivery,
  EVENT_TYPES,
  type EventData,
  type EventType,
  nodesOf,
  type RainmakerEvent,
  type Series,
  type SeriesRecord,
  shortType,
  type TimeSeriesData,
  type UnknownEvent,
} from "@rainhooks/core";
