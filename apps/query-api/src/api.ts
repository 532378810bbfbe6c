import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { pageKeysTable } from "@rainhooks/query/tables";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/table";
import { defineApi } from "@rainhooks/webhook/define";

/** The HTTP API of a stage. It writes only what can be made again: rollups, and the key of its page tokens. */
export const queryApi = defineApi({
  name: "query-api",
  description: "Returns nodes and time series over HTTP.",
  resources: {
    nodeStatus: {
      kind: "table",
      env: "NODE_STATUS_TABLE",
      table: nodeStatusTable,
      actions: ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"],
    },
    nodeTimeline: {
      kind: "table",
      env: "NODE_TIMELINE_TABLE",
      table: nodeTimelineTable,
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
    pageKeys: {
      kind: "table",
      env: "PAGE_KEYS_TABLE",
      table: pageKeysTable,
      actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
    },
  },
});
