import type { Entry } from "./entry.ts";
import { SETTLE_MS } from "./lane.ts";

/** When a batch is full, and how long its first event waits for further events. */
export interface BatchLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly waitMs: number;
}

/** What becomes of the entries of a lane that are in no batch yet. */
export interface CutPlan {
  /** Entries that are sent together, in the order of their keys. */
  readonly batches: readonly (readonly Entry[])[];
  /**
   * When the first of the entries that are left has waited long enough, epoch milliseconds; `undefined` if
   * none is left.
   */
  readonly nextAtMs?: number;
}

/** How entries are divided. */
export interface CutOptions {
  readonly nowMs: number;
  /** Maximum number of batches; further entries stay in the lane. */
  readonly maxBatches: number;
  /** Whether batches follow each other as their entries do. */
  readonly inOrder: boolean;
}

/**
 * Divides entries into batches: full ones, and the rest if its first event has waited long enough. An entry
 * is never divided, so a batch to which the next entry would be too much is sent if it is at least half full;
 * else that entry is a batch of its own.
 */
export function planCut(
  entries: readonly Entry[],
  limits: BatchLimits,
  { nowMs, maxBatches, inOrder }: CutOptions,
): CutPlan {
  const batches: Entry[][] = [];
  let rest = new Growing(limits);
  for (const [index, entry] of entries.entries()) {
    const isTaken = rest.takes(entry);
    if (!isTaken && batches.length === maxBatches)
      return { batches, nextAtMs: dueAtMs([...rest.entries, ...entries.slice(index)], limits) };
    if (isTaken) rest.add(entry);
    else if (inOrder || rest.isHalfFull) {
      batches.push(rest.entries);
      rest = new Growing(limits, entry);
    } else batches.push([entry]);
  }
  if (rest.entries.length === 0) return { batches };
  const nextAtMs = dueAtMs(rest.entries, limits);
  const isDue = rest.isFull || nextAtMs <= nowMs;
  return isDue && batches.length < maxBatches
    ? { batches: [...batches, rest.entries] }
    : { batches, nextAtMs };
}

/**
 * Makes the next batch of an ordered lane, from the entries before the first one that was added a moment ago:
 * an event that was published before that one can still arrive.
 */
export function planNext(entries: readonly Entry[], limits: BatchLimits, nowMs: number): CutPlan {
  const settles = entries.find(({ addedAtMs }) => addedAtMs + SETTLE_MS > nowMs);
  const settled = settles === undefined ? entries : entries.slice(0, entries.indexOf(settles));
  const { batches, nextAtMs } = planCut(settled, limits, { nowMs, maxBatches: 1, inOrder: true });
  const atMs = nextAtMs ?? (settles && settles.addedAtMs + SETTLE_MS);
  return { batches, ...(atMs === undefined ? {} : { nextAtMs: atMs }) };
}

/** A batch to which entries are added. */
class Growing {
  readonly entries: Entry[] = [];
  readonly #limits: BatchLimits;
  #count = 0;
  #bytes = 0;

  constructor(limits: BatchLimits, first?: Entry) {
    this.#limits = limits;
    if (first !== undefined) this.add(first);
  }

  get isFull(): boolean {
    return this.#count >= this.#limits.maxEvents || this.#bytes >= this.#limits.maxBytes;
  }

  get isHalfFull(): boolean {
    return this.#count * 2 >= this.#limits.maxEvents || this.#bytes * 2 >= this.#limits.maxBytes;
  }

  takes({ count, bytes }: Entry): boolean {
    const { maxEvents, maxBytes } = this.#limits;
    return this.entries.length === 0 || (this.#count + count <= maxEvents && this.#bytes + bytes <= maxBytes);
  }

  add(entry: Entry): void {
    this.entries.push(entry);
    this.#count += entry.count;
    this.#bytes += entry.bytes;
  }
}

function dueAtMs(entries: readonly Entry[], { waitMs }: BatchLimits): number {
  return Math.min(...entries.map(({ addedAtMs }) => addedAtMs)) + waitMs;
}
