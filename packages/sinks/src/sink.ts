import type { RainhooksError } from "@rainhooks/core/errors";

/** A value to write, and the id that a failure refers to. */
export interface Item<Value> {
  readonly id: string;
  readonly value: Value;
}

/**
 * An item that was not written, and why. If `error.permanent` is true, a retry cannot help.
 * Otherwise the item is retried, not before `error.retryAfterS`. With the code `not-attempted`, it
 * was not tried at all, and does not count as failed. With `throttled`, the destination is at its
 * limit; nothing is wrong with the item, and it does not count as failed either.
 */
export interface ItemFailure {
  readonly id: string;
  readonly error: RainhooksError;
}

/** What a sink is told about the time of a write. */
export interface WriteContext {
  /** Returns the milliseconds in which `write` must return; 0 when the time is up. */
  readonly remainingMs: () => number;
}

/**
 * A destination of items. `write` returns the items that failed; all others are stored. Writes are
 * idempotent: writing an item again changes nothing. The items of a `write` that returns too late
 * count as failed, all of them.
 *
 * @example
 * ```ts
 * import type { RainmakerEvent } from "@rainhooks/webhook/events";
 * import type { Sink } from "@rainhooks/webhook/sinks";
 *
 * const seen = new Set<string>();
 * const sink: Sink<Pick<RainmakerEvent, "deliveryId">> = {
 *   write: async (items) => {
 *     for (const { value } of items) seen.add(value.deliveryId);
 *     return [];
 *   },
 * };
 * console.log(await sink.write([{ id: "1", value: { deliveryId: "47f807ce" } }])); // []
 * ```
 */
export interface Sink<Value> {
  /** @param context Without it, the time is not limited. */
  write(items: readonly Item<Value>[], context?: WriteContext): Promise<readonly ItemFailure[]>;
}

/**
 * Makes the same failure for several items.
 *
 * @example
 * ```ts
 * import { failAll, RainhooksError } from "@rainhooks/webhook/sinks";
 *
 * const busy = new RainhooksError("sink-unavailable", "The table is busy.");
 * console.log(failAll(["1", "2"], busy).map(({ id }) => id)); // [ '1', '2' ]
 * ```
 */
export function failAll(ids: Iterable<string>, error: RainhooksError): ItemFailure[] {
  return Array.from(ids, (id) => ({ id, error }));
}

/**
 * Returns one failure per item. A temporary failure has priority over a permanent one, so that the
 * item is retried as long as a part of it can still be written.
 *
 * @example
 * ```ts
 * import { oneEach, RainhooksError } from "@rainhooks/webhook/sinks";
 *
 * const tooLarge = new RainhooksError("item-too-large", "It is too large.", { permanent: true });
 * const busy = new RainhooksError("sink-unavailable", "The table is busy.");
 * const [failure] = oneEach([{ id: "1", error: tooLarge }, { id: "1", error: busy }]);
 * console.log(failure?.error.code); // sink-unavailable
 * ```
 */
export function oneEach(failures: readonly ItemFailure[]): ItemFailure[] {
  const byId = new Map<string, ItemFailure>();
  for (const failure of failures) {
    if (byId.get(failure.id)?.error.permanent !== false) byId.set(failure.id, failure);
  }
  return [...byId.values()];
}
