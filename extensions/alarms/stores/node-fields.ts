import type { EventType } from "@rainhooks/core/catalog";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { lastSeenMs } from "@rainhooks/node-status/event-time";
import type { ExtensionField } from "@rainhooks/node-status/fields/extension-field";
import { later } from "@rainhooks/node-status/stamp";
import { timeText } from "@rainhooks/node-status/time-text";
import type { Heard } from "../history.ts";
import { byMarkIndex } from "../watch-tables.ts";

/**
 * Events that the node itself has sent. A disconnect is none: AWS IoT sends it when the node is
 * gone.
 */
export const FROM_NODE_EVENTS = [
  "rmaker.event.node_connected",
  "rmaker.event.alert",
  "rmaker.event.node_config_changed",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_ts_data",
] as const satisfies readonly EventType[];

const FROM_NODE = new Set<EventType>(FROM_NODE_EVENTS);

/** Returns true for an event that a node itself has sent. */
function isFromNode({ type }: Pick<RainmakerEvent, "type">): boolean {
  return FROM_NODE.has(type);
}

/**
 * Returns the start of the interval in which a node has sent an event, epoch milliseconds;
 * `undefined` if it has not sent it.
 */
export function heardMsOf(event: RainmakerEvent, intervalMs: number): number | undefined {
  return isFromNode(event) ? lastSeenMs(event, intervalMs) : undefined;
}

/**
 * Number of intervals up to the newest one of which a row knows whether something has happened: ten
 * days of hours, 32 bytes.
 */
const MAX_INTERVALS = 256;

const NOTHING: Heard = { intervalMs: 0, intervals: [], beforeMs: undefined };

/**
 * The intervals in which the node has sent something: the field `heard` of a node's row. They are
 * one bit each, as text, so that they are known exactly, whatever the order of events.
 */
export const heardField: ExtensionField<Heard> = {
  name: "heard",
  // Other events show that a node was seen, but not that it has sent something.
  needs: isFromNode,
  initial: NOTHING,
  fromEvent: (event, { seenIntervalMs: intervalMs }) => {
    const atMs = heardMsOf(event, intervalMs);
    return atMs === undefined ? NOTHING : { intervalMs, intervals: [atMs], beforeMs: undefined };
  },
  join: (a, b) => {
    if (a.intervalMs === 0 || b.intervalMs === 0) return a.intervalMs === 0 ? b : a;
    // Another interval has been set: what was known by the former one has other gaps.
    if (a.intervalMs !== b.intervalMs) return newestOf(a) >= newestOf(b) ? a : b;
    return unite(a, b);
  },
  encode: ({ intervalMs, intervals, beforeMs }) => {
    const newestMs = intervals.at(-1);
    if (newestMs === undefined) return undefined;
    const bits = Buffer.from(pack(intervals, newestMs, intervalMs)).toString("base64url");
    return { intervalMs, newestMs, bits, beforeMs };
  },
  decode: (raw) => {
    if (typeof raw !== "object" || raw === null) return NOTHING;
    const { intervalMs, newestMs, bits, beforeMs } = raw as Readonly<Record<string, unknown>>;
    if (typeof intervalMs !== "number" || typeof newestMs !== "number" || typeof bits !== "string")
      return NOTHING;
    return {
      intervalMs,
      intervals: unpack(Buffer.from(bits, "base64url"), newestMs, intervalMs),
      beforeMs: typeof beforeMs === "number" ? beforeMs : undefined,
    };
  },
  partsOf: (raw) => {
    const { intervals, beforeMs } = heardField.decode(raw);
    const before = beforeMs === undefined ? [] : [{ value: { beforeMs }, atMs: beforeMs }];
    return [...intervals.map((atMs) => ({ value: atMs, atMs })), ...before];
  },
};

function newestOf({ intervals }: Heard): number {
  return intervals.at(-1) ?? Number.NEGATIVE_INFINITY;
}

function unite(a: Heard, b: Heard): Heard {
  const beforeMs = [a.beforeMs, b.beforeMs].filter((atMs) => atMs !== undefined);
  return intervalsOf(a.intervalMs, [...a.intervals, ...b.intervals], beforeMs);
}

/**
 * Returns the intervals with these starts, in any order: as far as a row has them.
 *
 * @param earlier Starts of intervals before those.
 */
export function intervalsOf(
  intervalMs: number,
  starts: readonly number[],
  earlier: readonly number[] = [],
): Heard {
  if (starts.length === 0) return NOTHING;
  const all = [...new Set(starts)].sort((x, y) => x - y);
  const fromMs = Number(all.at(-1)) - (MAX_INTERVALS - 1) * intervalMs;
  const before = [...earlier, ...all].filter((atMs) => atMs < fromMs);
  return {
    intervalMs,
    intervals: all.filter((atMs) => atMs >= fromMs),
    beforeMs: before.length === 0 ? undefined : before.reduce((x, y) => Math.max(x, y)),
  };
}

const BYTE_BITS = 8;

/**
 * The first bit is that of the newest interval; bytes after the last bit that is set are left out.
 */
function pack(intervals: readonly number[], newestMs: number, intervalMs: number): Uint8Array {
  const oldest = Math.round((newestMs - (intervals[0] ?? newestMs)) / intervalMs);
  const bytes = new Uint8Array(Math.floor(oldest / BYTE_BITS) + 1);
  for (const atMs of intervals) {
    const bit = Math.round((newestMs - atMs) / intervalMs);
    bytes[Math.floor(bit / BYTE_BITS)] =
      (bytes[Math.floor(bit / BYTE_BITS)] ?? 0) | (1 << (bit % BYTE_BITS));
  }
  return bytes;
}

function unpack(bytes: Uint8Array, newestMs: number, intervalMs: number): number[] {
  const intervals: number[] = [];
  for (let bit = bytes.length * BYTE_BITS - 1; bit >= 0; bit -= 1) {
    const byte = bytes[Math.floor(bit / BYTE_BITS)] ?? 0;
    if ((byte & (1 << (bit % BYTE_BITS))) !== 0) intervals.push(newestMs - bit * intervalMs);
  }
  return intervals;
}

/** When the node was last marked for a sweep of alarms, epoch milliseconds. */
export const markedMs: ExtensionField<number | undefined> = {
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
export const ALARM_FIELDS: readonly ExtensionField[] = [heardField, markedMs];
