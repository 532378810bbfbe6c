import { tableUse } from "@rainhooks/dynamodb/table-use";
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

/** Functions of others have these tables only in a stage with alarms. */
const PART = "alarms";

const watchRules = tableUse(watchRulesTable, ["dynamodb:Scan"]);

/**
 * The tables that the sinks of node status and time series use: they read what rules have to look at, and
 * `noteProgress` writes.
 */
export const markUses = {
  watchRules: { ...watchRules, part: PART },
  alarms: { ...tableUse(alarmsTable, ["dynamodb:UpdateItem"]), part: PART },
};

/**
 * Maximum number of nodes of a stage whose outages are evaluated: each takes about 1.4 KB of memory, and the
 * function has a gigabyte.
 */
export const MAX_FLEET_NODES = 500_000;

/** The tables that a sweep reads and writes. */
export const sweepTables = {
  watchRules,
  alarms: tableUse(
    alarmsTable,
    ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
    { indexes: [byOpenIndex.name, byDueIndex.name] },
  ),
  nodeStatus: tableUse(watchedNodeTable, ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], {
    indexes: ["by-status", "by-mark"],
  }),
  nodeTimeline: tableUse(nodeTimelineTable, ["dynamodb:Query"]),
  timeSeries: tableUse(watchedSeriesTable, ["dynamodb:Query"]),
};

/** The tables that queries of alarms read. */
export const alarmReads = {
  watchRules: { ...watchRules, part: PART },
  alarms: {
    ...tableUse(alarmsTable, ["dynamodb:GetItem", "dynamodb:Query"], {
      indexes: [byOpenIndex.name, byDayIndex.name, byAlarmIdIndex.name],
    }),
    part: PART,
  },
};
