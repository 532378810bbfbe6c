import { RainhooksError } from "@rainhooks/core/errors";
import type { Item, ItemFailure, Sink, WriteContext } from "./sink.ts";

/**
 * Makes a sink of a function that handles a batch, for a service that accepts many values in one
 * call. The function may return the items that failed; all others are written. If it throws, the
 * runtime calls it again for each item alone, so that one item does not affect the others; what it
 * then throws means the same as in {@link perItem}.
 *
 * @param run Called with all items of a batch. It must return within `context.remainingMs()`;
 * otherwise the whole batch is retried.
 * @returns A sink for {@link Sink.write}.
 *
 * @example
 * ```ts
 * import { perBatch } from "@rainhooks/webhook/sinks";
 *
 * const batches: number[] = [];
 * const sink = perBatch<string>(async (items) => {
 *   batches.push(items.length);
 * });
 * await sink.write([{ id: "1", value: "front" }, { id: "2", value: "back" }]);
 * console.log(batches); // [ 2 ]
 * ```
 */
export function perBatch<Value>(
  run: (
    items: readonly Item<Value>[],
    context: WriteContext,
  ) => Promise<readonly ItemFailure[] | undefined>,
): Sink<Value> {
  return {
    write: async (items, context = UNLIMITED) => {
      const failures = (await run(items, context)) ?? [];
      const ids = new Set(items.map(({ id }) => id));
      const stray = failures.find(({ id }) => !ids.has(id));
      if (stray !== undefined) throw strayFailure(stray.id);
      return failures;
    },
  };
}

const UNLIMITED: WriteContext = { remainingMs: () => Number.POSITIVE_INFINITY };

/**
 * Lambda takes a failed id that is not in its batch for a failure of all records, so it must not
 * get one.
 */
function strayFailure(id: string): RainhooksError {
  const message = `The function returned a failure of item ${JSON.stringify(id)}, which is not in its batch.`;
  return new RainhooksError("unexpected", message);
}
