import { mapLimited } from "@rainhooks/core/collections";
import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import {
  failAll,
  type Item,
  type ItemFailure,
  type Sink,
  type WriteContext,
} from "@rainhooks/sinks/sink";
import { within } from "./within.ts";

const WRITES_AT_ONCE = 8;
/** Time between the end of the sink's time and the moment at which it is no longer waited for. */
const GRACE_MS = 500;

/**
 * Writes items. When a sink throws, the outcome of each item is unknown, so the items are retried
 * one by one: an item that makes the sink throw does not affect the others.
 *
 * @param remainingMs Returns the time that is left for the sink. The sink is told that it ends a
 * little earlier, so that it can still say what it has written. Items of a sink that does not
 * return in time are retried; writes are idempotent, so it does no harm if the sink still writes
 * them.
 */
export async function writeItems<Value>(
  sink: Sink<Value>,
  items: readonly Item<Value>[],
  remainingMs: () => number = () => Number.POSITIVE_INFINITY,
): Promise<readonly ItemFailure[]> {
  if (items.length === 0) return [];
  const budgetMs = remainingMs();
  const graceMs = Math.min(budgetMs / 2, GRACE_MS);
  const context = { remainingMs: () => Math.max(0, remainingMs() - graceMs) };
  return within(budgetMs, writeOrSplit(sink, items, context), () => outOfTime(items, budgetMs));
}

async function writeOrSplit<Value>(
  sink: Sink<Value>,
  items: readonly Item<Value>[],
  context: WriteContext,
): Promise<readonly ItemFailure[]> {
  try {
    return await sink.write(items, context);
  } catch (thrown) {
    const [first] = items;
    if (items.length === 1 && first !== undefined) {
      return [{ id: first.id, error: toRainhooksError(thrown) }];
    }
    return (
      await mapLimited(items, WRITES_AT_ONCE, (item) => writeOrSplit(sink, [item], context))
    ).flat();
  }
}

function outOfTime<Value>(items: readonly Item<Value>[], budgetMs: number): ItemFailure[] {
  const error = new RainhooksError(
    "sink-unavailable",
    `The sink did not finish within ${Math.round(budgetMs)} ms, the time that the function's timeout leaves for it.`,
  );
  return failAll(
    items.map(({ id }) => id),
    error,
  );
}
