import { startOf } from "../hour.ts";
import type { HoursToRead } from "../hours/hours-to-read.ts";
import { type Archive, type ArchivedObject, listObjects } from "../objects.ts";
import { readObjectLines } from "./object-lines.ts";
import type { ObjectLines, WantsLine } from "./text-lines.ts";

/**
 * A place in an archive: all objects before this one, and all of its lines up to this one, have
 * been read.
 */
export interface ArchiveCursor {
  readonly key: string;
  readonly line: number;
}

/** Options of {@link readHours}. */
export interface ReadHoursOptions {
  /** Where an earlier read ended. @defaultValue the beginning */
  readonly after?: ArchiveCursor | undefined;
  /** Only these objects. @defaultValue all */
  readonly keys?: readonly string[] | undefined;
  /** Objects that are read at once. @defaultValue 4 */
  readonly objectsAtOnce?: number;
  /** Called before the lines of each object. */
  readonly onObject?: (object: ArchivedObject) => void;
  /**
   * Decides from the text of a line whether it is parsed, for a reader that does not need all
   * deliveries.
   * @defaultValue all are parsed
   */
  readonly wants?: WantsLine;
}

const OBJECTS_AT_ONCE = 4;
/** Parts of an object that are read before they are needed. */
const PARTS_AHEAD = 4;

/** Lists the objects of some hours, in the order of their keys. */
export async function* listHours(
  archive: Archive,
  hours: HoursToRead,
): AsyncGenerator<ArchivedObject> {
  const { first, last, late } = hours;
  const isLate = new Set(late);
  const end = late.at(-1) ?? last;
  for await (const object of listObjects(archive, {
    fromMs: startOf(first),
    toMs: startOf(end) + 1,
  })) {
    const { hour } = object;
    if (hour === undefined || hour <= last || isLate.has(hour)) yield object;
  }
}

/**
 * Reads the objects of some hours in the order of their keys, several at once: objects that come
 * next are fetched and inflated while the lines of one are used. Memory does not grow with the
 * number or size of the objects.
 */
export async function* readHours(
  archive: Archive,
  hours: HoursToRead,
  { after, keys, objectsAtOnce = OBJECTS_AT_ONCE, onObject, wants }: ReadHoursOptions = {},
): AsyncGenerator<ObjectLines> {
  const objects = listHours(archive, hours);
  const chosen = keys === undefined ? undefined : new Set(keys);
  const open: OpenObject[] = [];
  const openNext = async (): Promise<boolean> => {
    for (let next = await objects.next(); !next.done; next = await objects.next()) {
      const object = next.value;
      if (object.key < (after?.key ?? "") || chosen?.has(object.key) === false) continue;
      const line = object.key === after?.key ? after.line : 0;
      const source = readObjectLines(archive, object.key, line, wants);
      open.push({ object, source, parts: ahead(source, PARTS_AHEAD) });
      return true;
    }
    return false;
  };
  try {
    while (open.length < objectsAtOnce && (await openNext()));
    for (let first = open[0]; first !== undefined; first = open[0]) {
      onObject?.(first.object);
      yield* first.parts;
      open.shift();
      await openNext();
    }
  } finally {
    await Promise.all(
      [objects, ...open.map(({ source }) => source)].map((one) => one.return(undefined)),
    );
  }
}

/** An object that is being read. */
interface OpenObject {
  readonly object: ArchivedObject;
  readonly source: AsyncGenerator<ObjectLines>;
  readonly parts: AsyncIterable<ObjectLines>;
}

/** Starts a sequence at once, and stays up to `count` values ahead of its reader. */
function ahead<T>(source: AsyncGenerator<T>, count: number): AsyncIterable<T> {
  const started: Promise<IteratorResult<T>>[] = [];
  const start = () => {
    const next = source.next();
    // Awaited only when the reader comes to it.
    next.catch(() => undefined);
    started.push(next);
  };
  for (let index = 0; index < count; index += 1) start();
  return take();

  async function* take(): AsyncGenerator<T> {
    for (
      let next = await started.shift();
      next !== undefined && !next.done;
      next = await started.shift()
    ) {
      start();
      yield next.value;
    }
  }
}
