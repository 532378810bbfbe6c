import { later } from "../stamp.ts";
import type { NodeField } from "./field.ts";

/** When the node was last marked for a sweep of alarms, epoch milliseconds. Events do not contain it: it is noted when they are written. */
export const markedMs: NodeField<number | undefined> = {
  initial: undefined,
  fromEvent: () => undefined,
  join: (a, b) => later(a, b, (x, y) => x - y),
  encode: (value) => value,
  decode: (raw) => (typeof raw === "number" ? raw : undefined),
};
