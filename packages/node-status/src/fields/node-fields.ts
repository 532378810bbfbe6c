import type { EventType } from "@rainhooks/core/catalog";
import { SECOND_MS } from "@rainhooks/core/durations";
import { type Clock, equalClocks, joinClocks, NO_CLOCK } from "../connection.ts";
import { seenMsOf } from "../event-time.ts";
import { decodeSource } from "../source.ts";
import { later } from "../stamp.ts";
import { config } from "./config.ts";
import { disconnectReason } from "./disconnect-reason.ts";
import { type NodeField, timeOfStored } from "./field.ts";
import { firmwareReports } from "./firmware-reports.ts";
import { lastAlert } from "./last-alert.ts";
import { lastOther } from "./last-other.ts";
import { recent } from "./recent.ts";

/** Number of times that a row has. */
const MAX_TIMES = 16;

const NONE: readonly number[] = [];

/**
 * When sessions ended for a reason that is no fault of the node, in order: AWS IoT ended them, or somebody
 * did with its API, or the node had a newer one. The newest ones, in full seconds, epoch milliseconds.
 */
const excused: NodeField<readonly number[]> = {
  initial: NONE,
  fromEvent: (event, { source: { atMs } }) =>
    event.type === "rainhooks.event.node_session_ended" && isNoFault(event.data.reason)
      ? [Math.floor(atMs / SECOND_MS) * SECOND_MS]
      : NONE,
  join: (a, b) => {
    if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
    return [...new Set([...a, ...b])].sort((x, y) => x - y).slice(-MAX_TIMES);
  },
  encode: (times) => (times.length === 0 ? undefined : times.map((atMs) => atMs / SECOND_MS)),
  decode: (raw) =>
    Array.isArray(raw)
      ? raw.filter((second) => typeof second === "number").map((second) => second * SECOND_MS)
      : [],
  partsOf: (raw) => excused.decode(raw).map((atMs) => ({ value: atMs, atMs })),
};

/** Reasons with which AWS, or somebody with its API, ends a session that the node would have kept. */
const NO_FAULTS: ReadonlySet<string> = new Set([
  "API_INITIATED_DISCONNECT",
  "CUSTOMAUTH_TTL_EXPIRATION",
  "DUPLICATE_CLIENTID",
  "WEBSOCKET_TTL_EXPIRATION",
]);

/** Source: AWS IoT Core developer guide, "Lifecycle events", reasons of a disconnect. */
function isNoFault(reason = ""): boolean {
  return NO_FAULTS.has(reason) || reason.startsWith("SERVER_");
}

/** Makes the field that stores when events of a type happened: a node's connects, or its disconnects. */
function clockField(type: EventType): NodeField<Clock> {
  return {
    initial: NO_CLOCK,
    fromEvent: (event, { source, clamped }) =>
      event.type === type ? { ...NO_CLOCK, [clamped ? "clamped" : "latest"]: source } : NO_CLOCK,
    join: joinClocks,
    encode: (clock) => (equalClocks(clock, NO_CLOCK) ? undefined : clock),
    decode: (raw) => {
      if (typeof raw !== "object" || raw === null) return NO_CLOCK;
      const { latest, beforeMs, clamped } = raw as Partial<Record<keyof Clock, unknown>>;
      return {
        latest: decodeSource(latest),
        beforeMs: typeof beforeMs === "number" ? beforeMs : undefined,
        clamped: decodeSource(clamped),
      };
    },
    partsOf: (raw) =>
      typeof raw === "object" && raw !== null
        ? Object.values(raw).map((part) => ({ value: part, atMs: timeOfStored(part) }))
        : [],
  };
}

/** Start of the newest interval in which any event of the node happened, epoch milliseconds. */
const seenMs: NodeField<number | undefined> = {
  initial: undefined,
  fromEvent: (event, { seenIntervalMs }) => seenMsOf(event, seenIntervalMs),
  join: (a, b) => later(a, b, (x, y) => x - y),
  encode: (value) => value,
  decode: (raw) => (typeof raw === "number" ? raw : undefined),
};

/**
 * All fields of a node's row, by attribute name. To add a field, add one entry here; if it has `show`,
 * readers get it under the same name.
 */
export const NODE_FIELDS = {
  connected: clockField("rmaker.event.node_connected"),
  disconnected: clockField("rmaker.event.node_disconnected"),
  disconnectReason,
  excused,
  lastOther,
  config,
  firmwareReports,
  lastAlert,
  seenMs,
  recent,
};
