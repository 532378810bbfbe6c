import type { RainhooksError } from "@rainhooks/core";

/** Something to write, under the id by which a failure will name it. */
export interface Item<Value> {
  readonly id: string;
  readonly value: Value;
}

/** An item that was not written, and why. `error.permanent` says that a retry cannot help. */
export interface ItemFailure {
  readonly id: string;
  readonly error: RainhooksError;
}

/**
 * Where items go. A sink answers which items failed; the others are written for good. Writing an item again does
 * not change the outcome.
 *
 * @example
 * const failures = await logSink(console.log).write([{ id: "1", value: { hello: "world" } }]);
 */
export interface Sink<Value> {
  write(items: readonly Item<Value>[]): Promise<readonly ItemFailure[]>;
}

/** The same failure for each of some items. */
export function failAll(ids: Iterable<string>, error: RainhooksError): ItemFailure[] {
  return Array.from(ids, (id) => ({ id, error }));
}

/** One failure per item. Of several the one that may pass counts: as long as a part can still be written, the item comes again. */
export function oneEach(failures: readonly ItemFailure[]): ItemFailure[] {
  const byId = new Map<string, ItemFailure>();
  for (const failure of failures) {
    if (byId.get(failure.id)?.error.permanent !== false) byId.set(failure.id, failure);
  }
  return [...byId.values()];
}
