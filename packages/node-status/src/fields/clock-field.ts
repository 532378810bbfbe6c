import type { EventType } from "@rainhooks/core";
import { type Clock, equalClocks, joinClocks, NO_CLOCK } from "../connection.ts";
import { decodeSource } from "../source.ts";
import { type NodeField, timeOfStored } from "./field.ts";

/** Makes the field that stores when events of a type happened: a node's connects, or its disconnects. */
export function clockField(type: EventType): NodeField<Clock> {
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
