import { mapLimited, RainhooksError, toRainhooksError } from "@rainhooks/core";
import { failAll, type Item, type ItemFailure, type Sink } from "@rainhooks/sinks";
import { within } from "./within.ts";

const WRITES_AT_ONCE = 8;

/**
 * Writes items. When a sink throws, the outcome of each item is unknown, so the items are retried one by one: an item that makes the
 * sink throw does not affect the others.
 *
 * @param budgetMs Time for the sink. Items that are not written by then are retried; writes are idempotent, so it does no harm
 * if the sink still writes them.
 */
export async function writeItems<Value>(
  sink: Sink<Value>,
  items: readonly Item<Value>[],
  budgetMs = Number.POSITIVE_INFINITY,
): Promise<readonly ItemFailure[]> {
  if (items.length === 0) return [];
  return within(budgetMs, writeOrSplit(sink, items), () => outOfTime(items, budgetMs));
}

async function writeOrSplit<Value>(
  sink: Sink<Value>,
  items: readonly Item<Value>[],
): Promise<readonly ItemFailure[]> {
  try {
    return await sink.write(items);
  } catch (thrown) {
    const [first] = items;
    if (items.length === 1 && first !== undefined) {
      return [{ id: first.id, error: toRainhooksError(thrown) }];
    }
    return (await mapLimited(items, WRITES_AT_ONCE, (item) => writeOrSplit(sink, [item]))).flat();
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
