import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { tableUse } from "@rainhooks/dynamodb/table-use";
import {
  INDEX_SHARDS,
  nodeStatusTable,
  nodeTimelineTable,
} from "@rainhooks/node-status/node-status-tables";
import { timeSeriesTable } from "@rainhooks/time-series/time-series-tables";

/** The watch-rules table: a rule with its versions, or a maintenance window, per item. */
export const watchRulesTable = {
  name: "watch-rules",
  partitionKey: { name: "name", type: "S" },
  holds: {},
} as const satisfies TableDescription;

/**
 * Index of the alarms that need somebody's attention, by their rule and the time at which they were
 * raised.
 */
export const byOpenIndex = {
  name: "by-open",
  partitionKey: { name: "open", type: "S" },
  sortKey: { name: "openKey", type: "S" },
} as const;

/** Index of all alarms by the UTC day on which they were raised. */
export const byDayIndex = {
  name: "by-day",
  partitionKey: { name: "day", type: "S" },
  sortKey: { name: "dayKey", type: "S" },
} as const;

/**
 * Index of what a sweep has to look at from a time on: messages that have to be sent, ends of
 * shelving, durations.
 */
export const byDueIndex = {
  name: "by-due",
  partitionKey: { name: "due", type: "S" },
  sortKey: { name: "dueKey", type: "S" },
} as const;

/** Index of all alarms by their ids. */
export const byAlarmIdIndex = {
  name: "by-alarm-id",
  partitionKey: { name: "alarmId", type: "S" },
} as const;

/**
 * The alarms table. The partition is what alarms are about, `node#kitchen`; an alarm is an item.
 * Partitions with other prefixes have what the sweep needs to know from one run to the next. Alarms
 * are deleted after a time (TTL).
 */
export const alarmsTable = {
  name: "alarms",
  partitionKey: { name: "subject", type: "S" },
  sortKey: { name: "item", type: "S" },
  indexes: [byOpenIndex, byDayIndex, byDueIndex, byAlarmIdIndex],
  holds: { subject: ["node#{node}"] },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;

/**
 * Index of the nodes whose history has changed in a way that a sweep of alarms cannot find by the
 * passing of time, by the time of the last such change. A mark is not removed: a sweep reads the
 * marks of the last minutes. Without alarm rules, nothing is in it.
 */
export const byMarkIndex = {
  name: "by-mark",
  partitionKey: { name: "markShard", type: "S" },
  sortKey: { name: "markKey", type: "S" },
  shards: INDEX_SHARDS,
} as const;

/** Number of shards of the index of marked series. */
export const SERIES_MARK_SHARDS = 16;

/**
 * Index of the groups whose series a sweep of alarms has to evaluate, by the time at which they
 * were written. Without alarm rules about series, nothing is in it.
 */
export const bySeriesMarkIndex = {
  name: "by-mark",
  partitionKey: { name: "markShard", type: "S" },
  sortKey: { name: "markKey", type: "S" },
  shards: SERIES_MARK_SHARDS,
} as const;

/** The tables of stores with the indexes in which a sweep finds what was marked. */
export const watchedNodeTable = {
  ...nodeStatusTable,
  indexes: [...nodeStatusTable.indexes, byMarkIndex],
} as const;
export const watchedSeriesTable = { ...timeSeriesTable, indexes: [bySeriesMarkIndex] } as const;

/** Functions of others have these tables only in a stage with alarms. */
const PART = "alarms";

const watchRules = tableUse(watchRulesTable, ["dynamodb:Scan"]);

/**
 * The tables that the sinks of node status and time series use: they read what rules have to look
 * at, and `noteProgress` writes.
 */
export const markUses = {
  watchRules: { ...watchRules, part: PART },
  alarms: { ...tableUse(alarmsTable, ["dynamodb:UpdateItem"]), part: PART },
};

/**
 * Maximum number of nodes of a stage whose outages are evaluated: each takes about 1.4 KB of
 * memory, and the function has a gigabyte.
 */
export const MAX_FLEET_NODES = 500_000;

/** The tables that a sweep reads and writes. */
export const sweepTables = {
  watchRules,
  alarms: tableUse(
    alarmsTable,
    [
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ],
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
