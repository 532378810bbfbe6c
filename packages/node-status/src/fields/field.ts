import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Source } from "../source.ts";

/** A part of a stored value that a time belongs to. */
export interface TimedValue {
  readonly value: unknown;
  /**
   * When SNS took the message that the part comes from; if that is not stored, when it happened.
   * Epoch milliseconds.
   */
  readonly atMs: number | undefined;
}

/** Data that fields derive from an event, besides the event itself. */
export interface EventContext {
  readonly source: Source;
  /**
   * True when the event has no plausible time of its own: `source.atMs` is then the time of SNS.
   */
  readonly clamped: boolean;
  /**
   * Interval to which last-seen times are rounded down, milliseconds; 0 if the stage does not store
   * them.
   */
  readonly seenIntervalMs: number;
}

/**
 * A field of a node's row: how events change it, and how it is stored. `join` must be commutative,
 * associative and idempotent, so that a row is the same whatever the order and number of deliveries
 * of its events.
 */
export interface NodeField<Value> {
  /** The value before any event. It must be neutral: `join(initial, x)` equals `x`. */
  readonly initial: Value;
  /** Returns the value that an event contains; `initial` if it contains none. */
  fromEvent(event: RainmakerEvent, context: EventContext): Value;
  join(a: Value, b: Value): Value;
  /** Returns the value to store; `undefined` stores nothing. */
  encode(value: Value): unknown;
  /** Returns the value of a stored attribute; `initial` if the attribute is missing. */
  decode(raw: unknown): Value;
  /**
   * Returns the parts of a stored value that are of different deliveries, with their times.
   * @defaultValue it is one part
   */
  partsOf?(raw: unknown): TimedValue[];
}

/**
 * Returns the time of a stored value that is of one delivery, epoch milliseconds; `undefined` if it
 * has none.
 */
export function timeOfStored(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const { sentAtMs, atMs } = value as { readonly sentAtMs?: unknown; readonly atMs?: unknown };
  return [sentAtMs, atMs].find((time) => typeof time === "number");
}

/** A field that readers get. */
export interface ReadableField<Value, Shown = Value> extends NodeField<Value> {
  show(value: Value): Shown;
}

/** Makes readers get the value of a field as it is stored. */
export function readableAsIs<Value>(field: NodeField<Value>): ReadableField<Value> {
  return { ...field, show: (value) => value };
}
