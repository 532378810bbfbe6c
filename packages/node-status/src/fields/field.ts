import type { RainmakerEvent } from "@rainhooks/core";
import type { Source } from "../source.ts";

/** What a field may need to know of an event besides the event itself. */
export interface EventContext {
  readonly source: Source;
  /** True when the event has no plausible time of its own: `source.atMs` is then the time of SNS. */
  readonly clamped: boolean;
  /** The stage's interval of last-seen times; 0 for none. */
  readonly seenIntervalMs: number;
}

/**
 * A field of a node's row: how events change it, and how it is stored. `join` must be commutative, associative and
 * idempotent, so that a row is the same whatever the order of its events and however often each comes.
 */
export interface NodeField<Value> {
  /** The value before any event. It must be neutral: `join(initial, x)` equals `x`. */
  readonly initial: Value;
  /** What one event says; `initial` for an event that says nothing of it. */
  fromEvent(event: RainmakerEvent, context: EventContext): Value;
  join(a: Value, b: Value): Value;
  /** The value as it is stored; `undefined` stores nothing. */
  encode(value: Value): unknown;
  /** The value of a stored attribute; `initial` for none. */
  decode(raw: unknown): Value;
}

/** A field that readers see as it is. */
export interface ShownField<Value, Shown = Value> extends NodeField<Value> {
  show(value: Value): Shown;
}

/** Shows readers the value of a field as it is kept. */
export function shownAsIs<Value>(field: NodeField<Value>): ShownField<Value> {
  return { ...field, show: (value) => value };
}
