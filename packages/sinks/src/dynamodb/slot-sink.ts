import { toRainhooksError } from "@rainhooks/core";
import { type Slot, type StoreSlots, writtenSlots } from "@rainhooks/dynamodb";
import { failAll, oneEach, type Sink } from "../sink.ts";

/**
 * Makes a sink that writes to the slots of a store that are in use. An item has been written when it is in all of them.
 *
 * @param slots Returns which slots are in use, at most some seconds old. If it fails, all items do.
 * @param makeSink Makes the sink of one slot; called once for each slot that is used.
 *
 * @example
 * ```ts
 * import { logSink, slotSink } from "@rainhooks/sinks";
 *
 * const sink = slotSink(
 *   async () => ({ live: "b", both: true }),
 *   (slot) => logSink((line) => console.log(slot, line)),
 * );
 * console.log(await sink.write([])); // []
 * ```
 */
export function slotSink<Value>(
  slots: () => Promise<StoreSlots>,
  makeSink: (slot: Slot) => Sink<Value>,
): Sink<Value> {
  const sinks = new Map<Slot, Sink<Value>>();
  const sinkOf = (slot: Slot) => {
    const made = sinks.get(slot) ?? makeSink(slot);
    sinks.set(slot, made);
    return made;
  };
  return {
    write: async (items, context) => {
      let written: readonly Slot[];
      try {
        written = writtenSlots(await slots());
      } catch (error) {
        const ids = items.map(({ id }) => id);
        return failAll(ids, toRainhooksError(error));
      }
      // What a sink remembers is not true any more when its slot is used again: it has been emptied.
      for (const slot of sinks.keys()) if (!written.includes(slot)) sinks.delete(slot);
      const failures = await Promise.all(written.map((slot) => sinkOf(slot).write(items, context)));
      return oneEach(failures.flat());
    },
  };
}
