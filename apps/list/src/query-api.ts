import { alarmReads } from "@rainhooks/extensions/alarms/watch-tables";
import { LIVE_TABLE_READS } from "@rainhooks/extensions/live-tables";
import { nodeStatusReads } from "@rainhooks/node-status/table-use";
import { timeSeriesReads } from "@rainhooks/time-series/table-use";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { PROJECT_EXTENSIONS } from "./project-extensions.ts";
import { refuseRepeated } from "./refuse-repeated.ts";

const READS = [
  ...Object.entries({ ...LIVE_TABLE_READS, ...nodeStatusReads, ...timeSeriesReads, ...alarmReads }),
  ...PROJECT_EXTENSIONS.flatMap(({ reads = {} }) => Object.entries(reads)),
];
refuseRepeated(
  "tables that queries read",
  READS.map(([name]) => ({ name })),
);

/** The HTTP API of a stage. It writes rollups only, which can be made again. */
export const queryApi = defineFunction({
  trigger: "url",
  name: "query-api",
  part: "query-api",
  description: "Returns nodes and time series over HTTP.",
  resources: Object.fromEntries(READS),
});
