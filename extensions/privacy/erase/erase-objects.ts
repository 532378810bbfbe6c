import { addToHour, type HourTopics, hourOf } from "@rainhooks/archive/hour";
import { addCounts, mapLimited } from "@rainhooks/core/collections";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { ErasedLine } from "./erase-line.ts";
import { type ErasureCounts, NO_COUNTS } from "./erasure-store.ts";
import {
  deleteVersion,
  type ObjectText,
  type ObjectVersion,
  readVersion,
  type StoredBucket,
  type StoredObject,
  storedObjects,
  writeLines,
} from "./stored-objects.ts";

/** What reads the objects of an archive for somebody's data. */
export interface ObjectSearch {
  readonly bucket: StoredBucket;
  /** Decides whether a line stays. */
  readonly eraseLine: (line: string) => ErasedLine;
  /** Called with each line that stays, before its object is written. */
  readonly settle?: (line: string, erased: ErasedLine, erase: boolean) => Promise<void>;
  /** Only objects whose deliveries arrived in this hour or later, such as `2026/11/24/08`. */
  readonly fromHour?: string | undefined;
  /** Called with the text of each line that names the subject, and whether it goes. */
  readonly onLine?: ((line: string, goes: boolean) => void) | undefined;
  /** Called before each object. What it throws ends the work. */
  readonly onObject?: (() => void) | undefined;
}

/** How the objects of an archive are changed. */
export interface ObjectChanges {
  /** Called before deliveries are taken out. */
  readonly onDropped: (dropped: HourTopics) => Promise<void>;
  /** Called when everything up to an object is done. What it throws ends the work. */
  readonly onDone?: (key: string, counts: ErasureCounts) => Promise<void>;
}

/** Objects between two checkpoints, and those that are read at once. */
const OBJECTS = 64;
const AT_ONCE = 4;
/**
 * Files of verifications and rebuilds: they are deleted within two days, and a running one needs
 * them.
 */
const WORK = "work/";
const ERRORS = "errors/";

/**
 * Reads all versions of all objects. Without `changes` it only counts what would be done.
 *
 * @param after The last object that is done.
 */
export async function eraseObjects(
  search: ObjectSearch,
  changes: ObjectChanges | undefined,
  after?: string,
): Promise<ErasureCounts> {
  let counts = NO_COUNTS;
  let waiting: StoredObject[] = [];
  const work = async () => {
    const done = await mapLimited(waiting, AT_ONCE, (object) =>
      eraseObject(object, search, changes),
    );
    const added = done.reduce<ErasureCounts>((sum, one) => addCounts(sum, one), NO_COUNTS);
    counts = addCounts(counts, added);
    const last = waiting.at(-1);
    if (last !== undefined) await changes?.onDone?.(last.key, added);
    waiting = [];
  };
  for await (const object of storedObjects(search.bucket, after)) {
    if (object.key.startsWith(WORK) || isEarlier(object.key, search.fromHour)) continue;
    waiting.push(object);
    if (waiting.length === OBJECTS) await work();
  }
  await work();
  return counts;
}

const HOUR = /\/(\d{4}\/\d\d\/\d\d\/\d\d)\//;

function isEarlier(key: string, hour = ""): boolean {
  return (HOUR.exec(key)?.[1] ?? hour) < hour;
}

/**
 * Writes the newest version again, and deletes the older ones with the subject: also that which it
 * was.
 */
async function eraseObject(
  { key, versions }: StoredObject,
  search: ObjectSearch,
  changes: ObjectChanges | undefined,
): Promise<ErasureCounts> {
  search.onObject?.();
  let counts: ErasureCounts = { ...NO_COUNTS, objects: versions.length };
  for (const version of versions)
    counts = addCounts(counts, await eraseVersion(key, version, search, changes, MAX_ATTEMPTS));
  return counts;
}

/**
 * How often an object is read again that has changed since: by another erasure, or by a write of
 * this one that came late.
 */
const MAX_ATTEMPTS = 5;

async function eraseVersion(
  key: string,
  version: ObjectVersion,
  search: ObjectSearch,
  changes: ObjectChanges | undefined,
  attempts: number,
): Promise<Partial<ErasureCounts>> {
  const found = await searchVersion(key, version, search, changes !== undefined);
  // Another erasure has written the object again since it was listed.
  if (found === "gone" && version.isLatest && version.id !== undefined)
    return eraseVersion(key, newestOf(version), search, changes, attempts);
  if (found === "broken") return { unreadable: 1 };
  if (found === "gone" || found === "nothing") return {};
  const { isLatest, id = search.bucket.isVersioned ? found.text.id : undefined } = version;
  const { changed, droppedLines: dropped } = found;
  const counts: Partial<ErasureCounts> = isLatest
    ? { rewritten: 1, changed, dropped }
    : { versions: 1 };
  if (changes === undefined) return counts;
  const again = isLatest
    ? await writeAgain(key, version, found, { search, changes, attempts })
    : {};
  if (id !== undefined) await deleteVersion(search.bucket, key, id);
  return { ...counts, ...again };
}

/** Writes an object without the subject; returns the counts if it had to be read again. */
async function writeAgain(
  key: string,
  version: ObjectVersion,
  { text, dropped }: FoundInObject,
  work: {
    readonly search: ObjectSearch;
    readonly changes: ObjectChanges;
    readonly attempts: number;
  },
): Promise<Partial<ErasureCounts>> {
  const { search, changes, attempts } = work;
  if (dropped.size > 0) await changes.onDropped(dropped);
  if (await writeLines(search.bucket, key, text, version.storageClass)) return {};
  if (attempts === 1)
    throw new RainhooksError(
      "write-conflict",
      `The object ${key} changes all the time: other processes erase in this archive. When they are done, run this command again: it goes on.`,
    );
  // If nothing of the subject is left, it was this write, which the client has repeated.
  return eraseVersion(key, newestOf(version), search, changes, attempts - 1);
}

/** The newest version of an object, whichever that is by now. */
function newestOf(version: ObjectVersion): ObjectVersion {
  return { ...version, id: undefined, isLatest: true };
}

/** What a version has of the subject, and its lines without it. */
interface FoundInObject {
  readonly text: ObjectText;
  readonly changed: number;
  readonly droppedLines: number;
  readonly dropped: HourTopics;
}

async function searchVersion(
  key: string,
  { id }: ObjectVersion,
  { bucket, eraseLine, settle = async () => undefined, onLine = () => undefined }: ObjectSearch,
  isErasure: boolean,
): Promise<FoundInObject | "gone" | "nothing" | "broken"> {
  const read = await readVersion(bucket, key, id);
  if (read === "broken" || read === undefined) return read ?? "gone";
  const lines: string[] = [];
  const gone: (Delivery | undefined)[] = [];
  let changed = 0;
  const erase = key.startsWith(ERRORS) ? (line: string) => eraseError(line, eraseLine) : eraseLine;
  for (const line of read.lines) {
    const erased = erase(line);
    await settle(line, erased, isErasure);
    if (erased.kind !== "kept") onLine(line, erased.kind === "dropped");
    if (erased.kind === "kept") lines.push(line);
    if (erased.kind === "dropped") gone.push(erased.delivery);
    if (erased.kind === "changed") {
      changed += 1;
      lines.push(erased.line);
    }
  }
  if (changed + gone.length === 0) return "nothing";
  const dropped = hourTopics(gone.filter((one) => one !== undefined));
  return { text: { ...read, lines }, changed, droppedLines: gone.length, dropped };
}

function hourTopics(deliveries: readonly Delivery[]): HourTopics {
  const counts = new Map<string, Map<string, number>>();
  for (const { sentAtMs, topic = "" } of deliveries) addToHour(counts, hourOf(sentAtMs), topic, 1);
  return counts;
}

/**
 * A record that Firehose could not write is in a line of its own, in base64. It was never a
 * delivery of the archive.
 */
function eraseError(line: string, eraseLine: ObjectSearch["eraseLine"]): ErasedLine {
  const parsed = tryParseJson(line);
  const raw = isJsonObject(parsed) ? parsed["rawData"] : undefined;
  if (!isJsonObject(parsed) || typeof raw !== "string") return eraseLine(line);
  const erased = eraseLine(Buffer.from(raw, "base64").toString("utf8"));
  if (erased.kind === "dropped") return { kind: "dropped", delivery: undefined };
  if (erased.kind === "kept") return eraseLine(line);
  const record = { ...parsed, rawData: Buffer.from(erased.line).toString("base64") };
  return { kind: "changed", line: JSON.stringify(record) };
}
