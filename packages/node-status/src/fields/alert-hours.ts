import { HOUR_MS } from "@rainhooks/core";
import type { NodeField } from "./field.ts";
import { type Intervals, intervalsField } from "./intervals.ts";

const hours = intervalsField((event, { source }) =>
  event.type === "rmaker.event.alert"
    ? { intervalMs: HOUR_MS, atMs: Math.floor(source.atMs / HOUR_MS) * HOUR_MS }
    : undefined,
);

/** The hours in which the node has sent an alert. */
export const alertHours: NodeField<Intervals> = {
  ...hours,
  join: (a, b) => ({ ...hours.join(a, b), beforeMs: undefined }),
  // One text, such as "472222 AQ": a row has a kilobyte.
  encode: (value) => {
    const { newestMs, bits } = (hours.encode(value) ?? {}) as { newestMs?: number; bits?: string };
    return newestMs === undefined ? undefined : `${newestMs / HOUR_MS} ${bits}`;
  },
  decode: (raw) => {
    const [, hour, bits] = /^(\d{1,9}) ([\w-]+)$/.exec(String(raw)) ?? [];
    return hours.decode(
      hour === undefined ? undefined : { intervalMs: HOUR_MS, newestMs: Number(hour) * HOUR_MS, bits },
    );
  },
};
