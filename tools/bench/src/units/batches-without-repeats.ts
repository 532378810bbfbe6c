/**
 * Cuts items into batches in which no key comes twice, as in those of a fleet that is much larger.
 * The order of the items with one key stays.
 */
export function batchesWithoutRepeats<Each>(
  items: readonly Each[],
  size: number,
  keyOf: (item: Each) => string,
): Each[][] {
  const batches: Each[][] = [];
  const nextOf = new Map<string, number>();
  let firstOpen = 0;
  for (const item of items) {
    let at = Math.max(firstOpen, nextOf.get(keyOf(item)) ?? 0);
    while ((batches[at]?.length ?? 0) >= size) at += 1;
    batches[at] ??= [];
    batches[at]?.push(item);
    nextOf.set(keyOf(item), at + 1);
    while ((batches[firstOpen]?.length ?? 0) >= size) firstOpen += 1;
  }
  return batches;
}
