import { mapLimited, RainhooksError, toRainhooksError } from "@rainhooks/core";
import { failAll, type Item, type ItemFailure, type Sink } from "@rainhooks/sinks";
import { within } from "./within.ts";

const WRITES_AT_ONCE = 8;

/**
 * Writes items. A sink that throws has told nothing about any of them, so each is tried alone: one that makes the sink
 * throw does not take the others along.
 *
 * @param budgetMs Time that the sink may take. What it has not finished by then comes again; writes are idempotent, so
 * whatever it still writes does no harm.
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
    `Writing was not finished after ${Math.round(budgetMs)} ms, which is all that the function's timeout leaves for it.`,
  );
  return failAll(
    items.map(({ id }) => id),
    error,
  );
}
