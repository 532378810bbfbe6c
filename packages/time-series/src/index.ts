export type { Point } from "./item.ts";
export { listSeries, readPoints, type SeriesRange, type TimeSeriesReader } from "./read.ts";
export { timeSeriesTable } from "./table.ts";
export { type TimeSeriesEvent, type TimeSeriesSinkOptions, timeSeriesSink } from "./write.ts";
