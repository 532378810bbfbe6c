export { isCursorOf } from "./cursor.ts";
export { timeSeriesFacts } from "./fact-model.ts";
export { VALUE_KINDS, type ValueKind } from "./kind.ts";
export { eachMarkedSeries, type SeriesMarker } from "./mark.ts";
export {
  AGGREGATES,
  type Aggregate,
  querySeries,
  type SeriesAnswer,
  type SeriesQuery,
  type SeriesValue,
} from "./query.ts";
export type { SeriesRange, TimeSeriesReader } from "./range.ts";
export {
  describeSeries,
  type ListedSeries,
  listSeries,
  readLastPoint,
  readPoints,
  type SeriesInfo,
} from "./read-points.ts";
export type { RollupReader } from "./rollups.ts";
export type { Point } from "./series-keys.ts";
export { type TimeSeriesEvent, type TimeSeriesSinkOptions, timeSeriesSink } from "./time-series-sink.ts";
export { INTERVALS, type Interval, WEEKDAYS, type Weekday } from "./windows.ts";
