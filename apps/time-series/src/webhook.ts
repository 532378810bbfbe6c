import { LIVE_TABLE_READS } from "@rainhooks/extensions/live-tables";
import { STORE_RESOURCES } from "@rainhooks/extensions/stores";
import { timeSeriesWrites } from "@rainhooks/time-series/table-use";
import { defineWebhook } from "@rainhooks/webhook/define";

/** Keeps every reading of every series. */
export const timeSeries = defineWebhook({
  name: "time-series",
  part: "time-series",
  description: "The readings of node_ts_data events, ready to be queried.",
  events: ["rmaker.event.node_ts_data"],
  resources: { ...LIVE_TABLE_READS, ...timeSeriesWrites, ...STORE_RESOURCES },
  replay: "accept",
  tried: true,
  // Measured (docs/benchmarks.md, "Memory"). The readings of a series in one event take one unit.
  load: {
    batchMs: 10,
    recordMs: 0.3,
    writeUnits: { "time-series": { "rmaker.event.node_ts_data": 1 } },
    kept: { eventBytes: { "rmaker.event.node_ts_data": 250 }, days: 30 },
  },
  settings: {
    retentionDays: {
      description: "Days until a reading is deleted; 0 keeps it for ever.",
      env: "TIME_SERIES_RETENTION_DAYS",
      default: 0,
      min: 0,
      max: 36_500,
    },
  },
});
