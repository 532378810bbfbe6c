import { compareSources, compareText, decodeSource, type Source } from "../source.ts";
import type { NodeField } from "./field.ts";

/**
 * Makes a field whose value comes from the newest event that contains it. Two values from the same
 * delivery are merged: a newer version of the code may read more properties of an event, and a
 * replay then adds them.
 */
export function newestField<Value extends Source>(
  fromEvent: NodeField<Value | undefined>["fromEvent"],
  decode: (stored: Source & Readonly<Record<string, unknown>>) => Value | undefined,
): NodeField<Value | undefined> {
  return {
    initial: undefined,
    fromEvent,
    join: (a, b) => {
      if (a === undefined || b === undefined) return a ?? b;
      const order = compareSources(a, b);
      if (order === 0) return merge(a, b);
      return order > 0 ? a : b;
    },
    encode: (value) => value,
    decode: (raw) => {
      const stored = decodeSource(raw);
      return stored === undefined ? undefined : decode(stored);
    },
  };
}

/**
 * Merges two objects. Where they differ, the value that is greater as text is used, so that their
 * order does not matter.
 */
function merge<Value extends object>(a: Value, b: Value): Value {
  const known: ReadonlyMap<string, unknown> = new Map(Object.entries(a));
  const added: [string, unknown][] = Object.entries(b);
  return {
    ...a,
    ...Object.fromEntries(added.filter(([name, value]) => isGreater(value, known.get(name)))),
  };
}

function isGreater(value: unknown, known: unknown): boolean {
  return (
    known === undefined || (value !== undefined && compareText(String(value), String(known)) > 0)
  );
}
