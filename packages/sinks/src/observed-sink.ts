import { toRainhooksError } from "@rainhooks/core/errors";
import type { Item, ItemFailure, Sink, WriteContext } from "./sink.ts";

/** Looks at what a sink has written. */
export interface BatchObserver<Value> {
  /**
   * Called after each batch with its items and those of them that failed. If it fails, the items
   * are written all the same; it is not called for a batch whose process ends.
   */
  readonly afterBatch?: (
    items: readonly Item<Value>[],
    failures: readonly ItemFailure[],
  ) => Promise<void>;
}

/** Makes a sink that calls observers with the items that it has written. */
export function observedSink<Value>(
  sink: Sink<Value>,
  observers: readonly BatchObserver<Value>[],
): Sink<Value> {
  const told = observers.flatMap(({ afterBatch }) => afterBatch ?? []);
  if (told.length === 0) return sink;
  return {
    write: async (items, context) => {
      const failures = await writeOrFail(sink, items, context);
      await Promise.allSettled(told.map(async (tell) => tell(items, failures)));
      return failures;
    },
  };
}

/** What says before a batch what is to be noted of it; its argument is epoch milliseconds. */
interface Noter<Note> {
  readonly beforeBatch?: (publishedMs: number) => Promise<Note | undefined>;
}

/**
 * Asks what is to be noted of a batch of events.
 *
 * @param before What was to be noted of the batch before: that stays for one without items.
 */
export async function notesOf<Note>(
  noters: readonly Noter<Note>[],
  items: readonly Item<{ readonly sentAtMs: number }>[],
  before: readonly Note[],
): Promise<readonly Note[]> {
  if (items.length === 0) return before;
  const publishedMs = items.reduce((newest, { value }) => Math.max(newest, value.sentAtMs), 0);
  const found = await Promise.all(noters.map(({ beforeBatch }) => beforeBatch?.(publishedMs)));
  return found.filter((one) => one !== undefined);
}

/** A sink that throws at a single item is not asked again. */
async function writeOrFail<Value>(
  sink: Sink<Value>,
  items: readonly Item<Value>[],
  context: WriteContext | undefined,
): Promise<readonly ItemFailure[]> {
  try {
    return await sink.write(items, context);
  } catch (thrown) {
    const [only] = items;
    if (only === undefined || items.length > 1) throw thrown;
    return [{ id: only.id, error: toRainhooksError(thrown) }];
  }
}
