import { fleetSamplesTable, nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/table";
import { defineApi } from "@rainhooks/webhook/define";

/** The HTTP API of a stage. It writes rollups only, which can be made again. */
export const queryApi = defineApi({
  name: "query-api",
  description: "Returns nodes and time series over HTTP.",
  resources: {
    nodeStatus: {
      kind: "table",
      env: "NODE_STATUS_TABLE",
      table: nodeStatusTable,
      actions: ["dynamodb:GetItem", "dynamodb:Query"],
    },
    nodeTimeline: {
      kind: "table",
      env: "NODE_TIMELINE_TABLE",
      table: nodeTimelineTable,
      actions: ["dynamodb:Query"],
    },
    fleetSamples: {
      kind: "table",
      env: "FLEET_SAMPLES_TABLE",
      table: fleetSamplesTable,
      actions: ["dynamodb:Query"],
    },
    timeSeries: {
      kind: "table",
      env: "TIME_SERIES_TABLE",
      table: timeSeriesTable,
      actions: ["dynamodb:Query"],
    },
    rollups: {
      kind: "table",
      env: "TIME_SERIES_ROLLUPS_TABLE",
      table: timeSeriesRollupsTable,
      actions: ["dynamodb:Query", "dynamodb:UpdateItem"],
    },
  },
});
