/** Cuts a list into lists of at most `size`. */
export function chunk<T>(list: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < list.length; start += size) chunks.push(list.slice(start, start + size));
  return chunks;
}

/** Runs `work` over a list, at most `limit` at a time; results in the order of the list. */
export async function mapLimited<T, R>(
  list: readonly T[],
  limit: number,
  work: (entry: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(list.length);
  const entries = list.entries();
  const worker = async () => {
    for (const [index, entry] of entries) results[index] = await work(entry);
  };
  await Promise.all(Array.from({ length: Math.min(limit, list.length) }, worker));
  return results;
}
