import type { Entry } from "./entry.ts";
import { ALLOWED_LATENESS_MS } from "./lane.ts";

/** When a batch is full, and how long its first event waits for further events. */
export interface BatchLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly waitMs: number;
}

/** What becomes of the entries of a lane that are in no batch yet. */
export interface CutPlan {
  /** Entries that are sent together: the first of the lane, in the order of their keys. */
  readonly batches: readonly (readonly Entry[])[];
  /**
   * When the first of the entries that are left has waited long enough, epoch milliseconds;
   * `undefined` if none is left.
   */
  readonly nextAtMs?: number;
}

/**
 * Divides entries into batches: full ones, and the rest if its first event has waited long enough.
 * An entry is never divided, so a batch ends where the next entry would be too much.
 *
 * @param maxBatches Maximum number of batches; further entries stay in the lane.
 */
export function planCut(
  entries: readonly Entry[],
  limits: BatchLimits,
  { nowMs, maxBatches }: { readonly nowMs: number; readonly maxBatches: number },
): CutPlan {
  const batches: Entry[][] = [];
  let rest = entries;
  while (rest.length > 0) {
    const next = firstBatch(rest, limits);
    const nextAtMs = Math.min(...rest.map(({ addedAtMs }) => addedAtMs)) + limits.waitMs;
    const isDue = next.isFull || next.entries.length < rest.length || nextAtMs <= nowMs;
    if (batches.length === maxBatches || !isDue) return { batches, nextAtMs };
    batches.push(next.entries);
    rest = rest.slice(next.entries.length);
  }
  return { batches };
}

/** Returns the entries of the next batch, and whether it is full. */
function firstBatch(entries: readonly Entry[], { maxEvents, maxBytes }: BatchLimits) {
  const batch: Entry[] = [];
  let count = 0;
  let bytes = 0;
  for (const entry of entries) {
    count += entry.count;
    bytes += entry.bytes;
    if (batch.length > 0 && (count > maxEvents || bytes > maxBytes)) break;
    batch.push(entry);
  }
  return { entries: batch, isFull: count >= maxEvents || bytes >= maxBytes };
}

/**
 * Makes the next batch of an ordered lane, from the entries before the first one that was added a
 * moment ago: an event that was published before that one can still arrive.
 */
export function planNext(entries: readonly Entry[], limits: BatchLimits, nowMs: number): CutPlan {
  const settles = entries.find(({ addedAtMs }) => addedAtMs + ALLOWED_LATENESS_MS > nowMs);
  const settled = settles === undefined ? entries : entries.slice(0, entries.indexOf(settles));
  const { batches, nextAtMs } = planCut(settled, limits, { nowMs, maxBatches: 1 });
  const atMs = nextAtMs ?? (settles && settles.addedAtMs + ALLOWED_LATENESS_MS);
  return { batches, ...(atMs === undefined ? {} : { nextAtMs: atMs }) };
}
