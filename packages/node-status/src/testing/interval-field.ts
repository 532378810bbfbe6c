import type { EventType } from "@rainhooks/core/catalog";
import { lastSeenMs } from "../event-time.ts";
import type { NodeStatusExtension } from "../extension.ts";
import { factValue } from "../facts.ts";
import type { ExtensionField } from "../fields/extension-field.ts";

/** A field with the starts of the intervals in which events of some types happened. */
export function intervalField(
  name: string,
  types: readonly EventType[],
): ExtensionField<readonly number[]> {
  return {
    name,
    initial: [],
    needs: ({ type }) => types.includes(type),
    fromEvent: (event, { seenIntervalMs }) => {
      const startMs = types.includes(event.type) ? lastSeenMs(event, seenIntervalMs) : undefined;
      return startMs === undefined ? [] : [startMs];
    },
    join: (a, b) => [...new Set([...a, ...b])].sort((x, y) => x - y),
    encode: (starts) => (starts.length === 0 ? undefined : starts),
    decode: (raw) => (Array.isArray(raw) ? raw.filter((start) => typeof start === "number") : []),
  };
}

/** An extension that has a field, and notes of each row how often it was written. */
export function notingExtension(field: ExtensionField): NodeStatusExtension {
  const written: ExtensionField<number> = {
    name: "writes",
    isNoted: true,
    initial: 0,
    fromEvent: () => 0,
    join: Math.max,
    encode: (count) => (count === 0 ? undefined : count),
    decode: (raw) => (typeof raw === "number" ? raw : 0),
  };
  return {
    fields: [field, written],
    beforeBatch: async () => (before, after) => ({
      ...after,
      [written.name]: 1 + (before === undefined ? 0 : factValue(before, written)),
    }),
  };
}
