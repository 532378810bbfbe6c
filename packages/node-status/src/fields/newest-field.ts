import { compareSources, compareText, decodeSource, type Source } from "../source.ts";
import type { NodeField } from "./field.ts";

/**
 * A field that is known from one event, the newest. If two values come from the same delivery, they are merged: a
 * newer version of the code may read more of an event, and a replay of it then adds what was not known.
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

/** The properties of both; of one that differs the greater text, whichever side has it. */
function merge<Value extends object>(a: Value, b: Value): Value {
  const known: ReadonlyMap<string, unknown> = new Map(Object.entries(a));
  const added: [string, unknown][] = Object.entries(b);
  return {
    ...a,
    ...Object.fromEntries(added.filter(([name, value]) => isGreater(value, known.get(name)))),
  };
}

function isGreater(value: unknown, known: unknown): boolean {
  return known === undefined || (value !== undefined && compareText(String(value), String(known)) > 0);
}
