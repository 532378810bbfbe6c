import type { EventType, RainmakerEvent } from "@rainhooks/core";
import { seenMsOf } from "../event-time.ts";
import type { NodeField } from "./field.ts";

/** In which intervals a node has sent something. */
export interface HeardIntervals {
  /** Length of an interval, milliseconds; 0 before the first event. */
  readonly intervalMs: number;
  /** Starts of the intervals, in order, epoch milliseconds: the newest one, and those up to {@link HEARD_INTERVALS} intervals before it. */
  readonly intervals: readonly number[];
  /** Start of the last interval before those; `undefined` if there is none. */
  readonly beforeMs: number | undefined;
}

/** Number of intervals up to the newest one of which a row says whether the node has sent something: ten days of hours, 32 bytes. */
const HEARD_INTERVALS = 256;

const NOTHING: HeardIntervals = { intervalMs: 0, intervals: [], beforeMs: undefined };

/** Events that the node itself has sent. A disconnect is none: AWS IoT sends it when the node is gone. */
const FROM_NODE = new Set<EventType>([
  "rmaker.event.node_connected",
  "rmaker.event.alert",
  "rmaker.event.node_config_changed",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_ts_data",
]);

/** Returns true for an event that a node itself has sent. */
export function isFromNode({ type }: Pick<RainmakerEvent, "type">): boolean {
  return FROM_NODE.has(type);
}

/** The intervals in which the node has sent something: one bit each, as text, so that gaps are known exactly, whatever the order of events. */
export const heard: NodeField<HeardIntervals> = {
  initial: NOTHING,
  fromEvent: (event, { seenIntervalMs }) => {
    const atMs = isFromNode(event) ? seenMsOf(event, seenIntervalMs) : undefined;
    return atMs === undefined
      ? NOTHING
      : { intervalMs: seenIntervalMs, intervals: [atMs], beforeMs: undefined };
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
};

function newestOf({ intervals }: HeardIntervals): number {
  return intervals.at(-1) ?? Number.NEGATIVE_INFINITY;
}

function unite(a: HeardIntervals, b: HeardIntervals): HeardIntervals {
  const { intervalMs } = a;
  const fromMs = Math.max(newestOf(a), newestOf(b)) - (HEARD_INTERVALS - 1) * intervalMs;
  const all = [...new Set([...a.intervals, ...b.intervals])].sort((x, y) => x - y);
  const before = [a.beforeMs, b.beforeMs, ...all].filter((atMs) => atMs !== undefined && atMs < fromMs);
  return {
    intervalMs,
    intervals: all.filter((atMs) => atMs >= fromMs),
    beforeMs: before.length === 0 ? undefined : Math.max(...before.map(Number)),
  };
}

const BYTE_BITS = 8;

/** The first bit is that of the newest interval; bytes after the last bit that is set are left out. */
function pack(intervals: readonly number[], newestMs: number, intervalMs: number): Uint8Array {
  const oldest = Math.round((newestMs - (intervals[0] ?? newestMs)) / intervalMs);
  const bytes = new Uint8Array(Math.floor(oldest / BYTE_BITS) + 1);
  for (const atMs of intervals) {
    const bit = Math.round((newestMs - atMs) / intervalMs);
    bytes[Math.floor(bit / BYTE_BITS)] = (bytes[Math.floor(bit / BYTE_BITS)] ?? 0) | (1 << (bit % BYTE_BITS));
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
