import type { TableUse } from "@rainhooks/dynamodb/slots/slots-table";
import { nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import {
  alarmsTable,
  byAlarmIdIndex,
  byDayIndex,
  byDueIndex,
  byOpenIndex,
  watchedNodeTable,
  watchedSeriesTable,
  watchRulesTable,
} from "./watch-tables.ts";

const ENV = { watchRules: "WATCH_RULES_TABLE", alarms: "ALARMS_TABLE" } as const;

/** The table that the sinks of node status and time series read, to mark what rules have to look at. */
export const watchRuleReads = {
  watchRules: {
    kind: "table",
    env: ENV.watchRules,
    table: watchRulesTable,
    actions: ["dynamodb:Scan"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The table to which `noteProgress` writes. */
export const progressWrites = {
  alarms: {
    kind: "table",
    env: ENV.alarms,
    table: alarmsTable,
    actions: ["dynamodb:UpdateItem"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/**
 * Maximum number of nodes of a stage whose outages are evaluated: each takes about 1.4 KB of memory, and the
 * function has a gigabyte.
 */
export const MAX_FLEET_NODES = 500_000;

/** The tables that a sweep reads and writes. */
export const sweepTables = {
  ...watchRuleReads,
  alarms: {
    kind: "table",
    env: ENV.alarms,
    table: alarmsTable,
    actions: [
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ],
    indexes: [byOpenIndex.name, byDueIndex.name],
  },
  nodeStatus: {
    kind: "table",
    env: "NODE_STATUS_TABLE",
    table: watchedNodeTable,
    actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
    indexes: ["by-status", "by-mark"],
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
    table: watchedSeriesTable,
    actions: ["dynamodb:Query"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The tables that queries of alarms read. */
export const alarmReads = {
  ...watchRuleReads,
  alarms: {
    kind: "table",
    env: ENV.alarms,
    table: alarmsTable,
    actions: ["dynamodb:GetItem", "dynamodb:Query"],
    indexes: [byOpenIndex.name, byDayIndex.name, byAlarmIdIndex.name],
  },
} as const satisfies Readonly<Record<string, TableUse>>;
