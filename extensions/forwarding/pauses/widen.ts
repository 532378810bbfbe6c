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
 * Widens the range of a pause, in which a destination missed events, so that it contains another
 * range. Many functions can call this at the same time, because the range only becomes wider. If
 * the pause has no item, a new one is written, so that no missed event is lost.
 *
 * @param known What the pause contains at least: an end that is within it is not written.
 */
export async function widenPause(
  store: DestinationStore,
  key: PauseKey,
  { fromMs, toMs }: MissedRange,
  known: MissedRange = { fromMs: Number.POSITIVE_INFINITY, toMs: 0 },
): Promise<void> {
  const widen = (
    name: (typeof missedUpdates.attributes)[number],
    isWider: "<" | ">",
    value: number,
  ) =>
    updateIf(store, pauseItemKey(key), {
      UpdateExpression: `SET ${name} = :value`,
      ConditionExpression: `attribute_not_exists(${name}) OR ${name} ${isWider} :value`,
      ExpressionAttributeValues: { ":value": { N: String(value) } },
    });
  if (fromMs < known.fromMs) await widen("missedFromMs", ">", fromMs);
  if (toMs > known.toMs) await widen("missedToMs", "<", toMs);
}

/**
 * Makes sure that the range of a pause contains some events, before they are acknowledged.
 *
 * @param publishedMs When SNS published them, epoch milliseconds.
 * @throws {RainhooksError} if that cannot be written: then the events must come again.
 */
export type KeepMissed = (key: PauseKey, publishedMs: readonly number[]) => Promise<void>;

/** Maximum number of pauses whose ranges a function caches. */
const MAX_PAUSES = 1000;

/**
 * Makes a {@link KeepMissed}. It remembers the ranges that it has written, and writes only when
 * they become wider: while events are published all the time, once a minute.
 */
export function missedEvents(store: DestinationStore): KeepMissed {
  const written = new Map<string, MissedRange>();
  return async (key, publishedMs) => {
    if (publishedMs.length === 0) return;
    const id = pauseText(key);
    const range = rangeOf(publishedMs);
    const before = written.get(id);
    if (contains(before, range)) return;
    await widenPause(store, key, range, before);
    if (written.size >= MAX_PAUSES) written.clear();
    const { fromMs, toMs } = before ?? range;
    written.set(id, { fromMs: Math.min(range.fromMs, fromMs), toMs: Math.max(range.toMs, toMs) });
  };
}
