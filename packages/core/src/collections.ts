/** Splits a list into lists with up to `size` entries. */
export function chunk<T>(list: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < list.length; start += size)
    chunks.push(list.slice(start, start + size));
  return chunks;
}

/**
 * Splits a list, in order, into lists with up to `max.count` entries and `max.bytes` bytes. An
 * entry larger than that gets a list of its own.
 */
export function chunkBySize<T>(
  list: readonly T[],
  bytesOf: (entry: T) => number,
  max: { readonly count: number; readonly bytes: number },
): T[][] {
  const chunks: T[][] = [];
  let bytes = 0;
  for (const entry of list) {
    const size = bytesOf(entry);
    const last = chunks.at(-1);
    if (last === undefined || last.length === max.count || bytes + size > max.bytes) {
      chunks.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return chunks;
}

/** Adds counts of the same names. */
export function addCounts<Name extends string>(
  counts: Readonly<Record<Name, number>>,
  added: Readonly<Partial<Record<Name, number>>>,
): Record<Name, number> {
  const sum: Record<Name, number> = { ...counts };
  for (const name in added) sum[name] += added[name] ?? 0;
  return sum;
}

/**
 * Applies `work` to each entry of a list with up to `limit` calls at a time. The results are in the
 * order of the list.
 */
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

export async function collect<T>(sequence: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const entry of sequence) list.push(entry);
  return list;
}

/** An object without the properties that are `undefined`. */
export type WithoutUndefined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Returns an object without the properties that are `undefined`. */
export function defined<T extends object>(values: T): WithoutUndefined<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as WithoutUndefined<T>;
}
