import { seenMsOf } from "../event-time.ts";
import { later } from "../stamp.ts";
import type { NodeField } from "./field.ts";

/** Start of the newest interval in which any event of the node happened, epoch milliseconds. */
export const seenMs: NodeField<number | undefined> = {
  initial: undefined,
  fromEvent: (event, { seenIntervalMs }) => seenMsOf(event, seenIntervalMs),
  join: (a, b) => later(a, b, (x, y) => x - y),
  encode: (value) => value,
  decode: (raw) => (typeof raw === "number" ? raw : undefined),
};
