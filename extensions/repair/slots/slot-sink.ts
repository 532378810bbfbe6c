import { toRainhooksError } from "@rainhooks/core/errors";
import { type Slot, type StoreSlots, writtenSlots } from "@rainhooks/dynamodb/slots/slot";
import {
  failAll,
  type Item,
  type ItemFailure,
  oneEach,
  type Sink,
  type WriteContext,
} from "@rainhooks/sinks/sink";

/**
 * Makes a sink that writes to the slots of a store that are in use. An item has been written when
 * it is in all of them. If one is ahead, the other one gets only what that has.
 *
 * @param slots Returns which slots are in use, at most some seconds old. If it fails, all items do.
 * @param makeSink Makes the sink of one slot; called once for each slot that is used.
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
      let used: StoreSlots;
      try {
        used = await slots();
      } catch (error) {
        const ids = items.map(({ id }) => id);
        return failAll(ids, toRainhooksError(error));
      }
      const written = writtenSlots(used);
      // What a sink remembers is not true any more when its slot is used again: it has been
      // emptied.
      for (const slot of sinks.keys()) if (!written.includes(slot)) sinks.delete(slot);
      const inUse = written.map(sinkOf);
      return oneEach(
        await (used.ahead === undefined ? writeAtOnce : writeInTurn)(inUse, items, context),
      );
    },
  };
}

async function writeAtOnce<Value>(
  sinks: readonly Sink<Value>[],
  items: readonly Item<Value>[],
  context: WriteContext | undefined,
): Promise<ItemFailure[]> {
  const failures = await Promise.all(sinks.map((sink) => sink.write(items, context)));
  return failures.flat();
}

/**
 * Returns an equal share of the time for the first of some sinks: one that needs it all must leave
 * something to those after it.
 */
function shareOf(context: WriteContext | undefined, sinks: number): WriteContext | undefined {
  if (context === undefined || sinks === 1) return context;
  const reservedMs = context.remainingMs() * (1 - 1 / sinks);
  return { remainingMs: () => Math.max(0, context.remainingMs() - reservedMs) };
}

/**
 * Writes to each sink what those before have. An item that can never be written whole may have
 * parts that can, so it goes to all.
 */
async function writeInTurn<Value>(
  sinks: readonly Sink<Value>[],
  items: readonly Item<Value>[],
  context: WriteContext | undefined,
): Promise<ItemFailure[]> {
  const failures: ItemFailure[] = [];
  let left = items;
  for (const [index, sink] of sinks.entries()) {
    if (left.length > 0)
      failures.push(...(await sink.write(left, shareOf(context, sinks.length - index))));
    const waiting = new Set(failures.filter(({ error }) => !error.permanent).map(({ id }) => id));
    left = items.filter(({ id }) => !waiting.has(id));
  }
  return failures;
}
