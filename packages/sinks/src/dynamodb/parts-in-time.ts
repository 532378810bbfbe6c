import { mapLimited } from "@rainhooks/core/collections";
import { NOT_ATTEMPTED } from "../not-attempted.ts";
import { failAll, type ItemFailure, type WriteContext } from "../sink.ts";

/**
 * One of the writes that items need. An item can need thousands, and a write can serve several
 * items.
 */
interface Part {
  /** Ids of the sink items. */
  readonly ids: Iterable<string>;
}

/**
 * Sorts parts by the number of parts that their items need: those of small items come first, so
 * that an item with thousands of parts does not use up the time of the others.
 */
export function smallestFirst<P extends Part>(parts: readonly P[]): P[] {
  const sizes = new Map<string, number>();
  for (const { ids } of parts)
    for (const id of new Set(ids)) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  const sizeOf = ({ ids }: Part) =>
    Array.from(ids, (id) => sizes.get(id) ?? 0).reduce((least, size) => Math.min(least, size));
  return parts
    .map((part) => ({ part, size: sizeOf(part) }))
    .toSorted((a, b) => a.size - b.size)
    .map(({ part }) => part);
}

/**
 * Time that is left for the parts that have begun: DynamoDB's client retries throttled calls for
 * some seconds.
 */
const MAX_RESERVED_MS = 5000;

/**
 * Returns a function that says whether no time is left to begin another part. The rest of the
 * batch's time is for the parts that have begun.
 */
export function isTimeUp(context: WriteContext | undefined): () => boolean {
  if (context === undefined) return () => false;
  const reservedMs = Math.min(context.remainingMs() / 4, MAX_RESERVED_MS);
  return () => context.remainingMs() <= reservedMs;
}

/**
 * Works on parts, in order, until time is up. Items with a part that could not begin fail with
 * `not-attempted`.
 */
export async function whileTime<P extends Part>(
  parts: readonly P[],
  concurrency: number,
  timeIsUp: () => boolean,
  work: (part: P) => Promise<readonly ItemFailure[]>,
): Promise<ItemFailure[]> {
  const failures = await mapLimited(parts, concurrency, async (part) =>
    timeIsUp() ? failAll(part.ids, NOT_ATTEMPTED) : work(part),
  );
  return failures.flat();
}
