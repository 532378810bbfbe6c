import type { OwnField } from "@rainhooks/node-status/fields/own-field";
import { later } from "@rainhooks/node-status/stamp";
import { timeText } from "@rainhooks/node-status/time-text";
import { byMarkIndex } from "../watch-tables.ts";
import { heardField } from "./heard.ts";

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
export const ALARM_FIELDS: readonly OwnField[] = [heardField, markedMs];
