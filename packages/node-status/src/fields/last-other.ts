import { catalogEntry, type EventType } from "@rainhooks/core/catalog";
import { isFrequent } from "../events.ts";
import type { Source } from "../source.ts";
import { newestField } from "./newest-field.ts";

/** The newest event of a node, except events that only show that it is alive. */
export interface LastEvent extends Source {
  readonly type: EventType;
}

const CONNECTIVITY = new Set<EventType>([
  "rmaker.event.node_connected",
  "rmaker.event.node_disconnected",
  "rainhooks.event.node_session_ended",
]);

/** The newest event that is neither a connect nor a disconnect: those have their own fields. */
export const lastOther = newestField<LastEvent>(
  ({ type }, { source }) =>
    CONNECTIVITY.has(type) || isFrequent(type) ? undefined : { type, ...source },
  (stored) => {
    const type =
      typeof stored["type"] === "string" ? catalogEntry(stored["type"])?.type : undefined;
    return type === undefined ? undefined : { ...stored, type };
  },
);
