/** Cuts a list into lists of at most `size`. */
export function chunk<T>(list: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < list.length; start += size) chunks.push(list.slice(start, start + size));
  return chunks;
}

/** Spreads a list, in its order, over lists that hold at most `most.count` entries and `most.bytes` bytes; a larger entry stands alone. */
export function chunkBySize<T>(
  list: readonly T[],
  bytesOf: (entry: T) => number,
  most: { readonly count: number; readonly bytes: number },
): T[][] {
  const chunks: T[][] = [];
  let bytes = 0;
  for (const entry of list) {
    const size = bytesOf(entry);
    const last = chunks.at(-1);
    if (last === undefined || last.length === most.count || bytes + size > most.bytes) {
      chunks.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
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

/** Everything that an asynchronous sequence yields. */
export async function collect<T>(sequence: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const entry of sequence) list.push(entry);
  return list;
}
