import { alarmReads } from "@rainhooks/extensions/alarms/table-use";
import { LIVE_TABLE_READS } from "@rainhooks/extensions/live-tables";
import { nodeStatusReads } from "@rainhooks/node-status/table-use";
import { timeSeriesReads } from "@rainhooks/time-series/table-use";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { distinct } from "./distinct.ts";
import { OWN_EXTENSIONS } from "./own.ts";

const SHIPPED_READS = { ...LIVE_TABLE_READS, ...nodeStatusReads, ...timeSeriesReads, ...alarmReads };
const OWN_READS = OWN_EXTENSIONS.flatMap(({ reads = {} }) => Object.entries(reads));

/** The HTTP API of a stage. It writes rollups only, which can be made again. */
export const queryApi = defineFunction({
  trigger: "url",
  name: "query-api",
  part: "query-api",
  description: "Returns nodes and time series over HTTP.",
  resources: Object.fromEntries(
    distinct("tables that queries read", [...Object.entries(SHIPPED_READS), ...OWN_READS], {
      name: ([name]) => name,
    }),
  ),
});
