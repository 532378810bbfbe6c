import type { DestinationStore } from "../destinations/destination-store.ts";
import { updateIf } from "../destinations/update-item.ts";
import {
  contains,
  type MissedRange,
  type missedUpdates,
  type PauseKey,
  pauseItemKey,
  pauseText,
  rangeOf,
} from "./pause.ts";

/**
 * Widens the range of a pause, in which a destination missed events, so that it contains another range. Many
 * functions can call this at the same time, because the range only becomes wider. If the pause has no item, a
 * new one is written, so that no missed event is lost.
 *
 * @param known What the pause contains at least: an end that is within it is not written.
 */
export async function widenPause(
  store: DestinationStore,
  key: PauseKey,
  { fromMs, toMs }: MissedRange,
  known?: MissedRange,
): Promise<void> {
  if (known === undefined || fromMs < known.fromMs)
    await widen(store, key, "missedFromMs > :value", "missedFromMs", fromMs);
  if (known === undefined || toMs > known.toMs)
    await widen(store, key, "missedToMs < :value", "missedToMs", toMs);
}

function widen(
  store: DestinationStore,
  key: PauseKey,
  isWider: string,
  name: (typeof missedUpdates.attributes)[number],
  value: number,
): Promise<boolean> {
  return updateIf(store, pauseItemKey(key), {
    UpdateExpression: `SET ${name} = :value`,
    ConditionExpression: `attribute_not_exists(${name}) OR ${isWider}`,
    ExpressionAttributeValues: { ":value": { N: String(value) } },
  });
}

/** Stores what a destination misses, before its events are acknowledged. */
export interface MissedEvents {
  /**
   * Makes sure that the range of a pause contains some events.
   *
   * @param known The range as it was last read.
   * @param publishedMs When SNS published them, epoch milliseconds.
   * @throws {RainhooksError} if that cannot be written: then the events must come again.
   */
  note(key: PauseKey, known: MissedRange | undefined, publishedMs: readonly number[]): Promise<void>;
}

/** Maximum number of pauses whose ranges a function caches. */
const MAX_PAUSES = 1000;

/**
 * Makes a {@link MissedEvents}. It remembers the ranges that it has written, and writes only when they become
 * wider: while events are published all the time, once a minute.
 */
export function missedEvents(store: DestinationStore): MissedEvents {
  const written = new Map<string, MissedRange>();
  return {
    note: async (key, known, publishedMs) => {
      if (publishedMs.length === 0) return;
      const id = pauseText(key);
      const range = rangeOf(publishedMs);
      // The range that was read can be older than the range that this function has written, or newer. Both
      // only become wider.
      const before = written.get(id);
      if (contains(known, range) || contains(before, range)) return;
      await widenPause(store, key, range, before);
      if (written.size >= MAX_PAUSES) written.clear();
      written.set(id, union(range, before));
    },
  };
}

function union(a: MissedRange, b: MissedRange | undefined): MissedRange {
  if (b === undefined) return a;
  return { fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) };
}
