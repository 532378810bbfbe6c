import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HoursToRead, listHours } from "@rainhooks/archive";
import type { FactDifference } from "./compare-node.ts";
import { explained, type FoundDelivery, firstOf } from "./explain.ts";
import type { JudgeParts } from "./judged-deliveries.ts";
import { BUCKETS, Partitions, readPartition } from "./partitions.ts";
import { segmentsOf, type TablesRead } from "./read-tables.ts";
import type { DeliveryCounts, ExplainedDifference, VerifyReport } from "./report.ts";
import { Totals } from "./totals.ts";
import {
  type ArchivedPart,
  type CompareTimes,
  MAX_PROBLEMS,
  type ReadRange,
  type VerifyWork,
  verifyWork,
  type WantedNodes,
  type WorkParts,
} from "./verify-work.ts";

/** What to verify. */
export interface VerifyRequest extends WantedNodes {
  /** First time of publishing, epoch milliseconds. @defaultValue the first archived delivery */
  readonly fromMs?: number | undefined;
  /** End of the times of publishing, exclusive: everything before has been handled by the webhook. */
  readonly toMs: number;
}

/** What a verification needs. */
export interface VerifyParts extends Omit<JudgeParts, "hours">, WorkParts {
  /**
   * Called when the tables have been read. Returns the folders to read when everything that the tables can contain is archived.
   */
  readonly hoursWhenArchived: (readAtMs: number) => Promise<HoursToRead>;
  readonly nowMs: () => number;
  /** Folder for the files. @defaultValue the system's folder for temporary files */
  readonly folder?: string | undefined;
  /**
   * Starts threads that do the work, each with files in a folder of its own, inside the one that is given.
   *
   * @defaultValue this thread does it
   */
  readonly startThreads?: ((wanted: WantedNodes, folder: string) => Promise<WorkThreads>) | undefined;
  /** Called with what is being done. */
  readonly onProgress?: (text: string) => void;
}

/** Threads that do the work of a verification. */
export interface WorkThreads {
  readonly works: readonly VerifyWork[];
  stop(): Promise<void>;
}

/** Reads of one thread at once: while it waits for one, it works on another. */
const READS_AT_ONCE = 4;
/** Buckets that one thread has in memory at once. */
const BUCKETS_AT_ONCE = 1;

/**
 * Compares the tables of a store with what follows from the archive. First the tables are read, then the archive up to the moment at which
 * they were: so the archive has everything that can be in the tables, also while events come. Both are kept on disk by bucket of the
 * nodes' ids; buckets whose checksums differ are compared node by node.
 */
export async function verifyStore(request: VerifyRequest, parts: VerifyParts): Promise<VerifyReport> {
  const { nodes, buckets } = request;
  const folder = await mkdtemp(join(parts.folder ?? tmpdir(), "rainhooks-verify-"));
  let threads: WorkThreads | undefined;
  try {
    threads = await (parts.startThreads ?? ownThread(parts))({ nodes, buckets }, folder);
    return await verifyWith(threads.works, request, parts);
  } finally {
    await threads?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lets this thread do the work. */
function ownThread(parts: WorkParts): NonNullable<VerifyParts["startThreads"]> {
  return async (wanted, folder) => ({
    works: [await workIn(folder, wanted, parts)],
    stop: async () => undefined,
  });
}

/** Makes the work of this thread, with files in a folder of its own inside the given one. */
export async function workIn(folder: string, wanted: WantedNodes, parts: WorkParts): Promise<VerifyWork> {
  const own = await Partitions.open(folder, "part-");
  return verifyWork(wanted, parts, { own, place: own.folder, read: readPartition });
}

async function verifyWith(
  works: readonly VerifyWork[],
  request: VerifyRequest,
  parts: VerifyParts,
): Promise<VerifyReport> {
  const tables = await readTables(works, parts);
  const readAtMs = parts.nowMs();
  const hours = await parts.hoursWhenArchived(readAtMs);
  const range = { fromMs: request.fromMs ?? 0, toMs: request.toMs, readAtMs };
  const archived = await readArchive(works, hours, range, parts);
  const fromMs = request.fromMs ?? archived.firstMs ?? request.toMs;
  const places = await Promise.all(works.map((work) => work.endReading()));
  const buckets = request.buckets ?? [...Array(BUCKETS).keys()];
  const times = { fromMs, isFromAsked: request.fromMs !== undefined, readAtMs };
  const compared = await compareBuckets(works, buckets, places, times, parts);
  const { differences, ...counts } = compared;
  return {
    ...counts,
    fromMs,
    toMs: request.toMs,
    deliveries: archived.counts,
    problems: archived.problems,
    tables,
    differences: await explain(works, hours, differences, { fromMs, toMs: request.toMs }, parts),
  };
}

/** Finds the deliveries that say what differs, if any can. */
async function explain(
  works: readonly VerifyWork[],
  hours: HoursToRead,
  differences: readonly FactDifference[],
  range: Pick<ReadRange, "fromMs" | "toMs">,
  { archive, onProgress }: VerifyParts,
): Promise<ExplainedDifference[]> {
  let found: readonly FoundDelivery[] = [];
  let objects = 0;
  if (differences.some(({ archived }) => archived !== undefined))
    await share(works, READS_AT_ONCE, listHours(archive, hours), async (work, { key }) => {
      const more = await work.explainObject(key, differences, range);
      found = firstOf([...found, ...more]);
      objects += 1;
      onProgress?.(`looking for what explains the differences: ${objects} objects`);
    });
  return explained(differences, found);
}

/**
 * Lets all threads work until there is nothing more to do.
 *
 * @param atOnce Tasks of one thread at once.
 */
async function share<Task>(
  works: readonly VerifyWork[],
  atOnce: number,
  tasks: AsyncIterable<Task> | Iterable<Task>,
  run: (work: VerifyWork, task: Task) => Promise<void>,
): Promise<void> {
  // An async generator gives its values to several readers one after the other.
  const all = (async function* () {
    yield* tasks;
  })();
  const lanes = works.flatMap((work) => Array.from({ length: atOnce }, () => work));
  try {
    await Promise.all(
      lanes.map(async (work) => {
        for (let next = await all.next(); !next.done; next = await all.next()) await run(work, next.value);
      }),
    );
  } finally {
    await all.return();
  }
}

async function readTables(works: readonly VerifyWork[], parts: VerifyParts): Promise<TablesRead> {
  const { model, onProgress } = parts;
  let [items, units] = [0, 0];
  await share(
    works,
    READS_AT_ONCE,
    segmentsOf(model, READS_AT_ONCE * works.length),
    async (work, segment) => {
      const read = await work.readTable(segment);
      items += read.items;
      units += read.units;
      onProgress?.(`reading the tables: ${items} items`);
    },
  );
  return { items, units };
}

/** What was read of the archive. */
interface Archived {
  readonly counts: DeliveryCounts;
  readonly problems: readonly string[];
  readonly firstMs: number | undefined;
}

async function readArchive(
  works: readonly VerifyWork[],
  hours: HoursToRead,
  range: ReadRange,
  { archive, onProgress }: VerifyParts,
): Promise<Archived> {
  const read: ArchivedPart[] = [];
  let deliveries = 0;
  await share(works, READS_AT_ONCE, listHours(archive, hours), async (work, { key }) => {
    const part = await work.readObject(key, range);
    read.push(part);
    deliveries += part.counts.read;
    onProgress?.(`reading the archive: ${read.length} objects, ${deliveries} deliveries`);
  });
  return sumOf(read);
}

function sumOf(parts: readonly ArchivedPart[]): Archived {
  const sum = (name: keyof ArchivedPart["counts"]) =>
    parts.reduce((total, { counts }) => total + counts[name], 0);
  const firsts = parts.flatMap(({ firstMs }) => firstMs ?? []);
  return {
    counts: {
      objects: parts.length,
      read: sum("read"),
      handled: sum("handled"),
      filtered: sum("filtered"),
      undecodable: sum("undecodable"),
      younger: sum("younger"),
      unknown: sum("unknown"),
      unreadable: sum("unreadable"),
    },
    problems: parts.flatMap(({ problems }) => problems).slice(0, MAX_PROBLEMS),
    firstMs: firsts.reduce<number | undefined>((first, one) => Math.min(first ?? one, one), undefined),
  };
}

async function compareBuckets(
  works: readonly VerifyWork[],
  buckets: readonly number[],
  places: readonly string[],
  times: CompareTimes,
  { onProgress }: VerifyParts,
) {
  const total = new Totals();
  const differentBuckets: number[] = [];
  let done = 0;
  await share(works, BUCKETS_AT_ONCE, buckets, async (work, bucket) => {
    const compared = await work.compareBucket(bucket, places, times);
    total.addBucket(compared);
    if (compared.isDifferent) differentBuckets.push(bucket);
    done += 1;
    onProgress?.(`comparing: ${done} of ${buckets.length} parts of the nodes`);
  });
  return {
    ...total.counts,
    differences: total.differences,
    buckets: buckets.length,
    differentBuckets: differentBuckets.sort((a, b) => a - b),
    archivedChecksum: total.archived.toString(),
    storedChecksum: total.stored.toString(),
  };
}
