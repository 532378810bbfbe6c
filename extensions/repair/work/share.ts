import type { ArchivedObject } from "@rainhooks/archive/objects";

/** Those that do the parts of a job: threads or functions, or this thread alone. */
export interface Works<Work> {
  readonly works: readonly Work[];
  /** Reads of one of them at once: while it waits for one, it works on another. @defaultValue 4 */
  readonly readsAtOnce?: number;
  /**
   * Objects of the archive are read together up to this size, because each request has its own price.
   * @defaultValue one object
   */
  readonly objectsBytes?: number;
  /** Returns in how many parts a table is read at least, by its name without a slot. @defaultValue 1 */
  readonly segmentsOf?: (table: string) => Promise<number>;
  stop(): Promise<void>;
}

const READS_AT_ONCE = 4;

/** Work that keeps by partition what it reads. */
export interface ReadingWork {
  /** Called when there is nothing more to read. Returns where the files of this place are. */
  endReading(): Promise<string>;
  /** Returns the partitions that have something in any of these places, in their order. */
  partitionsIn(places: readonly string[]): Promise<readonly number[]>;
}

/** What has been read. */
export interface ReadPlaces {
  /** Where the files are. */
  readonly places: readonly string[];
  /** The partitions that have any: a small fleet has few. */
  readonly partitions: ReadonlySet<number>;
}

/** Ends the reading of all works. */
export async function endReading(works: Works<ReadingWork>): Promise<ReadPlaces> {
  // Works in functions are all the same one.
  const ended = await Promise.all([...new Set(works.works)].map((work) => work.endReading()));
  const places = [...new Set(ended)];
  return { places, partitions: new Set(await works.works[0]?.partitionsIn(places)) };
}

/** Returns how many reads there are at once. */
export function readsAtOnce<Work>({ works, readsAtOnce: each = READS_AT_ONCE }: Works<Work>): number {
  return works.length * each;
}

/** Lets all works read until there is nothing more to read. */
export function shareReads<Work, Task>(
  works: Works<Work>,
  tasks: AsyncIterable<Task> | Iterable<Task>,
  run: (work: Work, task: Task) => Promise<void>,
): Promise<void> {
  return share(works.works, works.readsAtOnce ?? READS_AT_ONCE, tasks, run);
}

/** Lets all works do tasks until there is nothing more to do, each one task at a time. */
export function shareTasks<Work, Task>(
  { works }: Works<Work>,
  tasks: AsyncIterable<Task> | Iterable<Task>,
  run: (work: Work, task: Task) => Promise<void>,
): Promise<void> {
  return share(works, 1, tasks, run);
}

/** After a failure nothing more is begun, and what was begun has ended when this throws. */
async function share<Work, Task>(
  works: readonly Work[],
  atOnce: number,
  tasks: AsyncIterable<Task> | Iterable<Task>,
  run: (work: Work, task: Task) => Promise<void>,
): Promise<void> {
  // An async generator gives its values to several readers one after the other.
  const all = (async function* () {
    yield* tasks;
  })();
  const lanes = works.flatMap((work) => Array.from({ length: atOnce }, () => work));
  const failures: unknown[] = [];
  const runAll = async (work: Work) => {
    try {
      for (let next = await all.next(); !next.done && failures.length === 0; next = await all.next())
        await run(work, next.value);
    } catch (error) {
      failures.push(error);
    }
  };
  try {
    await Promise.all(lanes.map(runAll));
  } finally {
    await all.return();
  }
  if (failures.length > 0) throw failures[0];
}

/** Groups the keys of objects that come one after the other. */
export async function* keysTogether(
  objects: AsyncIterable<ArchivedObject>,
  maxBytes = 0,
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
