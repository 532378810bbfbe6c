import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import { listHours } from "@rainhooks/archive/read/read-hours";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { PARTITIONS, Partitions, partitionsIn, readPartition } from "../work/partitions.ts";
import {
  endReading,
  keysTogether,
  type ReadPlaces,
  shareReads,
  shareTasks,
  type Works,
} from "../work/share.ts";
import {
  type FillRange,
  type FillWork,
  type FillWorkDependencies,
  fillWork,
  type LinesAt,
  type ReadCounts,
} from "./fill-work.ts";
import type { FillCounts } from "./rebuild-state.ts";

/** What filling a slot from the archive needs. */
export interface FillDependencies extends FillWorkDependencies {
  readonly hours: HoursToRead;
  /** Starts what does the work, such as functions. @defaultValue this process does it */
  readonly startWorks?: (() => Promise<Works<FillWork>>) | undefined;
  /** Folder for the files. @defaultValue the system's folder for temporary files */
  readonly folder?: string | undefined;
  readonly onProgress?: OperationOptions["onProgress"];
  /**
   * Called when further partitions are written, with the number of all written partitions and the counts of
   * the events that were read.
   */
  readonly onPartition: (partitions: number, counts: FillCounts) => Promise<void>;
}

/** What an earlier run has done. */
export interface FilledBefore {
  /** Number of partitions that are written. */
  readonly partitions: number;
  /** Events that the tables refused. */
  readonly refused: number;
}

/**
 * Writes what a webhook has handled to a slot: reads the archive once, keeps the deliveries by partition of
 * their nodes' ids, and writes partition by partition, so that each row is written once for each 20,000
 * events of its partition.
 */
export async function fillSlot(
  range: FillRange,
  done: FilledBefore,
  dependencies: FillDependencies,
): Promise<void> {
  const works = await (dependencies.startWorks ?? (() => ownWork(dependencies)))();
  try {
    const counts = await keepAll(works, range, done.partitions, dependencies);
    await writeAllPartitions(works, await endReading(works), done, counts, dependencies);
  } finally {
    await works.stop();
  }
}

/** Lets this process do the work. */
async function ownWork(dependencies: FillDependencies): Promise<Works<FillWork>> {
  const own = await Partitions.open(dependencies.folder, "rainhooks-rebuild-");
  const work = fillWork(dependencies, { own, place: own.folder, read: readLines, partitionsIn });
  return { works: [work], stop: () => own.close() };
}

/** Reads the files of this machine, where a partition is written in one call. */
async function* readLines(folders: readonly string[], partition: number): AsyncGenerator<LinesAt> {
  for await (const lines of readPartition(folders, partition)) yield { lines, at: "" };
}

async function keepAll(
  works: Works<FillWork>,
  range: FillRange,
  firstPartition: number,
  { archive, hours, onProgress }: FillDependencies,
): Promise<ReadCounts> {
  const sum = { deliveries: 0, events: 0, unknown: 0, unreadable: 0 };
  const objects = keysTogether(listHours(archive, hours), works.objectsBytes);
  await shareReads(works, objects, async (work, keys) => {
    const read = await work.keepObjects(keys, range, firstPartition);
    sum.deliveries += read.deliveries;
    sum.events += read.events;
    sum.unknown += read.unknown;
    sum.unreadable += read.unreadable;
    onProgress?.({ step: "read-archive", deliveries: sum.deliveries });
  });
  return sum;
}

async function writeAllPartitions(
  works: Works<FillWork>,
  { places, partitions }: ReadPlaces,
  { partitions: firstPartition, refused: refusedBefore }: FilledBefore,
  counts: ReadCounts,
  { onProgress, onPartition }: FillDependencies,
): Promise<void> {
  const refusedIn = new Map<number, number>();
  let [next, refused] = [firstPartition, refusedBefore];
  // Another run begins with the first partition that is not written, so those behind it do not count yet.
  const count = async () => {
    const before = next;
    for (; next < PARTITIONS && (refusedIn.has(next) || !partitions.has(next)); next += 1)
      refused += refusedIn.get(next) ?? 0;
    if (next > before) await onPartition(next, { ...counts, refused });
  };
  await count();
  await shareTasks(works, partitions, async (work, partition) => {
    onProgress?.({ step: "write", partition: partition + 1, of: PARTITIONS });
    let [sum, after]: [number, string | undefined] = [0, undefined];
    do {
      const written = await work.writePartition(partition, places, after);
      sum += written.refused;
      after = written.after;
    } while (after !== undefined);
    refusedIn.set(partition, sum);
    await count();
  });
}
