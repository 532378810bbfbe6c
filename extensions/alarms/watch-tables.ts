import type { TableDescription } from "@rainhooks/dynamodb/table-description";

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
