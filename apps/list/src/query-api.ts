import { alarmReads } from "@rainhooks/extensions/alarms/table-use";
import { LIVE_TABLE_READS } from "@rainhooks/extensions/live-tables";
import { nodeStatusReads } from "@rainhooks/node-status/table-use";
import { timeSeriesReads } from "@rainhooks/time-series/table-use";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { OWN_EXTENSIONS } from "./own.ts";

/** The HTTP API of a stage. It writes rollups only, which can be made again. */
export const queryApi = defineFunction({
  trigger: "url",
  name: "query-api",
  part: "query-api",
  description: "Returns nodes and time series over HTTP.",
  resources: {
    ...{ ...LIVE_TABLE_READS, ...nodeStatusReads, ...timeSeriesReads, ...alarmReads },
    ...Object.fromEntries(OWN_EXTENSIONS.flatMap(({ reads = {} }) => Object.entries(reads))),
  },
});
