import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { listHours } from "@rainhooks/archive/read/read-hours";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { PARTITIONS, Partitions, partitionsIn, readPartition } from "../work/partitions.ts";
import {
  endReading,
  keysTogether,
  type ReadPlaces,
  readsAtOnce,
  shareReads,
  shareTasks,
  type Works,
} from "../work/share.ts";
import type { FactDifference } from "./compare-node.ts";
import { explained, type FoundDelivery, firstOf } from "./explain.ts";
import { segmentsOf, type TableSegment, type TablesRead } from "./read-tables.ts";
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
  type WorkDependencies,
} from "./verify-work.ts";

/** What to verify. */
export interface VerifyRequest extends WantedNodes {
  /** First time of publishing, epoch milliseconds. @defaultValue the first archived delivery */
  readonly fromMs?: number | undefined;
  /** End of the times of publishing, exclusive: everything before has been handled by the webhook. */
  readonly toMs: number;
}

/** Starts what does the work of a verification, see {@link VerifyDependencies}. */
export type StartVerifyWorks = (wanted: WantedNodes, folder: string) => Promise<Works<VerifyWork>>;

/** What a verification needs. */
export interface VerifyDependencies extends WorkDependencies, OperationOptions {
  /**
   * Called when the tables have been read. Returns the folders to read when everything that the tables can
   * contain is archived.
   */
  readonly hoursWhenArchived: (readAtMs: number) => Promise<HoursToRead>;
  readonly nowMs: () => number;
  /** Folder for the files. @defaultValue the system's folder for temporary files */
  readonly folder?: string | undefined;
  /**
   * Starts what does the work: threads, each with files in a folder of its own, inside the one that is given;
   * or functions.
   *
   * @defaultValue this thread does it
   */
  readonly startWorks?: StartVerifyWorks | undefined;
}

/**
 * Compares the tables of a store with what follows from the archive. First the tables are read, then the
 * archive up to the moment at which they were: so the archive has everything that can be in the tables, also
 * while events come. Both are kept on disk by partition of the nodes' ids; partitions whose checksums differ
 * are compared node by node.
 */
export async function verifyStore(
  request: VerifyRequest,
  dependencies: VerifyDependencies,
): Promise<VerifyReport> {
  const { nodes, partitions } = request;
  const folder = await mkdtemp(join(dependencies.folder ?? tmpdir(), "rainhooks-verify-"));
  let works: Works<VerifyWork> | undefined;
  try {
    works = await (dependencies.startWorks ?? ownThread(dependencies))({ nodes, partitions }, folder);
    return await verifyWith(works, request, dependencies);
  } finally {
    await works?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lets this thread do the work. */
function ownThread(dependencies: WorkDependencies): StartVerifyWorks {
  return async (wanted, folder) => ({
    works: [await workIn(folder, wanted, dependencies)],
    stop: async () => undefined,
  });
}

/** Makes the work of this thread, with files in a folder of its own inside the given one. */
export async function workIn(
  folder: string,
  wanted: WantedNodes,
  dependencies: WorkDependencies,
): Promise<VerifyWork> {
  const own = await Partitions.open(folder, "part-");
  return verifyWork(wanted, dependencies, { own, place: own.folder, read: readPartition, partitionsIn });
}

async function verifyWith(
  works: Works<VerifyWork>,
  request: VerifyRequest,
  dependencies: VerifyDependencies,
): Promise<VerifyReport> {
  const tables = await readTables(works, dependencies);
  const readAtMs = dependencies.nowMs();
  const hours = await dependencies.hoursWhenArchived(readAtMs);
  const range = { fromMs: request.fromMs ?? 0, toMs: request.toMs, readAtMs };
  const archived = await readArchive(works, hours, range, dependencies);
  const fromMs = request.fromMs ?? archived.firstMs ?? request.toMs;
  const read = await endReading(works);
  const times = { fromMs, isFromAsked: request.fromMs !== undefined, readAtMs };
  const compared = await comparePartitions(works, read, times, dependencies);
  const { differences, ...counts } = compared;
  return {
    ...counts,
    partitions: request.partitions?.length ?? PARTITIONS,
    fromMs,
    toMs: request.toMs,
    deliveries: archived.counts,
    problems: archived.problems,
    tables,
    differences: await explain(works, hours, differences, { fromMs, toMs: request.toMs }, dependencies),
  };
}

/** Finds the deliveries that say what differs, if any can. */
async function explain(
  works: Works<VerifyWork>,
  hours: HoursToRead,
  differences: readonly FactDifference[],
  range: Pick<ReadRange, "fromMs" | "toMs">,
  { archive, onProgress }: VerifyDependencies,
): Promise<ExplainedDifference[]> {
  let found: readonly FoundDelivery[] = [];
  let objects = 0;
  if (differences.some(({ archived }) => archived !== undefined))
    await shareReads(works, objectsOf(works, archive, hours), async (work, keys) => {
      const more = await work.explainObjects(keys, differences, range);
      found = firstOf([...found, ...more]);
      objects += keys.length;
      onProgress?.({ step: "explain", objects });
    });
  return explained(differences, found);
}

async function readTables(works: Works<VerifyWork>, dependencies: VerifyDependencies): Promise<TablesRead> {
  const { model, onProgress } = dependencies;
  let [items, units] = [0, 0];
  const segments: TableSegment[] = [];
  for (const { name } of model.tables)
    segments.push(...segmentsOf(name, Math.max(readsAtOnce(works), (await works.segmentsOf?.(name)) ?? 1)));
  await shareReads(works, segments, async (work, segment) => {
    const read = await work.readTable(segment);
    items += read.items;
    units += read.units;
    onProgress?.({ step: "read-tables", items });
  });
  return { items, units };
}

/** What was read of the archive. */
interface Archived {
  readonly counts: DeliveryCounts;
  readonly problems: readonly string[];
  readonly firstMs: number | undefined;
}

async function readArchive(
  works: Works<VerifyWork>,
  hours: HoursToRead,
  range: ReadRange,
  { archive, onProgress }: VerifyDependencies,
): Promise<Archived> {
  const read: ArchivedPart[] = [];
  let [objects, deliveries] = [0, 0];
  await shareReads(works, objectsOf(works, archive, hours), async (work, keys) => {
    const part = await work.readObjects(keys, range);
    read.push(part);
    objects += keys.length;
    deliveries += part.counts.read;
    onProgress?.({ step: "read-archive", objects, deliveries });
  });
  return sumOf(objects, read);
}

function objectsOf({ objectsBytes }: Works<VerifyWork>, archive: Archive, hours: HoursToRead) {
  return keysTogether(listHours(archive, hours), objectsBytes);
}

function sumOf(objects: number, dependencies: readonly ArchivedPart[]): Archived {
  const sum = (name: keyof ArchivedPart["counts"]) =>
    dependencies.reduce((total, { counts }) => total + counts[name], 0);
  const firsts = dependencies.flatMap(({ firstMs }) => firstMs ?? []);
  return {
    counts: {
      objects,
      read: sum("read"),
      handled: sum("handled"),
      filtered: sum("filtered"),
      undecodable: sum("undecodable"),
      younger: sum("younger"),
      unknown: sum("unknown"),
      unreadable: sum("unreadable"),
    },
    problems: dependencies.flatMap(({ problems }) => problems).slice(0, MAX_PROBLEMS),
    firstMs: firsts.reduce<number | undefined>((first, one) => Math.min(first ?? one, one), undefined),
  };
}

async function comparePartitions(
  works: Works<VerifyWork>,
  { places, partitions }: ReadPlaces,
  times: CompareTimes,
  { onProgress }: VerifyDependencies,
) {
  const total = new Totals();
  const differentPartitions: number[] = [];
  let done = 0;
  await shareTasks(works, partitions, async (work, partition) => {
    const compared = await work.comparePartition(partition, places, times);
    total.addPartition(compared);
    if (compared.isDifferent) differentPartitions.push(partition);
    done += 1;
    onProgress?.({ step: "compare", partitions: done, of: partitions.size });
  });
  return {
    ...total.counts,
    differences: total.differences,
    differentPartitions: differentPartitions.sort((a, b) => a - b),
    archivedChecksum: total.archived.toString(),
    storedChecksum: total.stored.toString(),
  };
}
