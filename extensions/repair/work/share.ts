import type { ArchivedObject } from "@rainhooks/archive/objects";

/**
 * Does tasks, so many at once, until there is nothing more to do. After a failure nothing more is begun, and
 * what was begun has ended when this throws.
 */
export async function share<Task>(
  atOnce: number,
  tasks: AsyncIterable<Task> | Iterable<Task>,
  run: (task: Task) => Promise<void>,
): Promise<void> {
  // An async generator gives its values to several readers one after the other.
  const all = (async function* () {
    yield* tasks;
  })();
  const failures: unknown[] = [];
  const runAll = async () => {
    try {
      for (let next = await all.next(); !next.done && failures.length === 0; next = await all.next())
        await run(next.value);
    } catch (error) {
      failures.push(error);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, runAll));
  } finally {
    await all.return();
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Objects of the archive that one call reads: it takes about half a minute. Measured by `npm run bench --
 * verify` of commit dab82fc.
 */
const OBJECTS_BYTES = 16 * 1024 * 1024;

/** Groups the keys of objects that come one after the other. */
export async function* keysTogether(
  objects: AsyncIterable<ArchivedObject>,
  maxBytes = OBJECTS_BYTES,
): AsyncGenerator<string[]> {
  let [keys, sum]: [string[], number] = [[], 0];
  for await (const { key, bytes } of objects) {
    if (keys.length > 0 && sum + bytes > maxBytes) {
      yield keys;
      [keys, sum] = [[], 0];
    }
    keys.push(key);
    sum += bytes;
  }
  if (keys.length > 0) yield keys;
}
