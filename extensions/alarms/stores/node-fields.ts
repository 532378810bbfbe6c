import type { OwnField } from "@rainhooks/node-status/fields/own-field";
import { INDEX_SHARDS } from "@rainhooks/node-status/node-status-tables";
import { later } from "@rainhooks/node-status/stamp";
import { timeText } from "@rainhooks/node-status/time-text";
import { heard } from "./heard.ts";

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

/** When the node was last marked for a sweep of alarms, epoch milliseconds. */
export const markedMs: OwnField<number | undefined> = {
  name: "markedMs",
  isNoted: true,
  initial: undefined,
  fromEvent: () => undefined,
  join: (a, b) => later(a, b, (x, y) => x - y),
  encode: (value) => value,
  decode: (raw) => (typeof raw === "number" ? raw : undefined),
  index: {
    description: byMarkIndex,
    keysOf: (atMs, nodeId, shard): Readonly<Record<string, string>> =>
      atMs === undefined ? {} : { markShard: shard, markKey: `${timeText(atMs)}#${nodeId}` },
  },
};

/** The fields that alarms have in the row of a node. */
export const ALARM_FIELDS: readonly OwnField[] = [heard, markedMs];
