import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { INDEX_SHARDS, nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { timeSeriesTable } from "@rainhooks/time-series/time-series-tables";

/** The watch-rules table: a rule with its versions, or a maintenance window, per item. */
export const watchRulesTable = {
  name: "watch-rules",
  partitionKey: { name: "name", type: "S" },
  holds: {},
} as const satisfies TableDescription;

/**
 * Index of the alarms that need somebody's attention, by their rule and the time at which they were raised.
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
 * Index of what a sweep has to look at from a time on: messages that have to be sent, ends of shelving,
 * durations.
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
 * The alarms table. The partition is what alarms are about, `node#kitchen`; an alarm is an item. Partitions
 * with other prefixes have what the sweep needs to know from one run to the next. Alarms are deleted after a
 * time (TTL).
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
 * Index of the nodes whose history has changed in a way that a sweep of alarms cannot find by the passing of
 * time, by the time of the last such change. A mark is not removed: a sweep reads the marks of the last
 * minutes. Without alarm rules, nothing is in it.
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
 * Index of the groups whose series a sweep of alarms has to evaluate, by the time at which they were written.
 * Without alarm rules about series, nothing is in it.
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
