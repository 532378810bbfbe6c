import type { EventType } from "@rainhooks/core/catalog";
import { type Clock, equalClocks, joinClocks, NO_CLOCK } from "../connection.ts";
import { lastSeenMs } from "../event-time.ts";
import { decodeSource } from "../source.ts";
import { later } from "../stamp.ts";
import { config } from "./config.ts";
import { disconnectReason } from "./disconnect-reason.ts";
import { type NodeField, timeOfStored } from "./field.ts";
import { firmwareReports } from "./firmware-reports.ts";
import { lastAlert } from "./last-alert.ts";
import { lastOther } from "./last-other.ts";
import { recent } from "./recent.ts";

/**
 * Makes the field that stores when events of a type happened: a node's connects, or its
 * disconnects.
 */
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
        ? Object.values(raw)
            // A joined value has its fields, also those without a value.
            .filter((part) => part !== undefined)
            .map((part) => ({ value: part, atMs: timeOfStored(part) }))
        : [],
  };
}

/** Start of the newest interval in which any event of the node happened, epoch milliseconds. */
const seenMs: NodeField<number | undefined> = {
  initial: undefined,
  fromEvent: (event, { seenIntervalMs }) => lastSeenMs(event, seenIntervalMs),
  join: (a, b) => later(a, b, (x, y) => x - y),
  encode: (value) => value,
  decode: (raw) => (typeof raw === "number" ? raw : undefined),
};

/**
 * All fields of a node's row, by attribute name. To add a field, add one entry here; if it has
 * `show`, readers get it under the same name.
 */
export const NODE_FIELDS = {
  connected: clockField("rmaker.event.node_connected"),
  disconnected: clockField("rmaker.event.node_disconnected"),
  disconnectReason,
  lastOther,
  config,
  firmwareReports,
  lastAlert,
  seenMs,
  recent,
};
