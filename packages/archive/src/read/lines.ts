import type { Delivery } from "@rainhooks/core/deliveries/delivery";

/** A delivery of an object, and its line, from 1. */
export interface DeliveryLine {
  readonly line: number;
  readonly delivery: Delivery;
}

/** A line that is not a delivery, or with line 0 an object that cannot be read from there on. */
export interface UnreadableLine {
  readonly line: number;
  readonly reason: string;
}

/** Some lines of an object, in order. */
export interface ObjectLines {
  readonly key: string;
  readonly deliveries: readonly DeliveryLine[];
  readonly unreadable: readonly UnreadableLine[];
  /** How many lines were not parsed, because the reader does not need them; absent if it needs all. */
  readonly skipped?: number;
  /** The last of these lines; all lines up to here have been read. */
  readonly lastLine: number;
}
