import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { listHours } from "@rainhooks/archive/read/read-hours";
import { addCounts } from "@rainhooks/core/collections";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { PARTITIONS } from "../work/partitions.ts";
import { keysTogether, share } from "../work/share.ts";
import { callToEnd, type Work } from "../work/work.ts";
import type { FillRange, ReadCounts } from "./fill-work.ts";
import type { FillCounts } from "./rebuild-state.ts";

/** What filling a slot from the archive needs. */
export interface FillDependencies extends Pick<OperationOptions, "onProgress"> {
  readonly work: Work;
  readonly archive: Archive;
  readonly hours: HoursToRead;
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
  slot: Slot,
  range: FillRange,
  done: FilledBefore,
  dependencies: FillDependencies,
): Promise<void> {
  const counts = await keepAll(range, done.partitions, dependencies);
  await writeAllPartitions(slot, done, counts, dependencies);
}

async function keepAll(
  range: FillRange,
  firstPartition: number,
  { work, archive, hours, onProgress }: FillDependencies,
): Promise<ReadCounts> {
  let sum: ReadCounts = { deliveries: 0, events: 0, unknown: 0, unreadable: 0 };
  await share(work.concurrency, keysTogether(listHours(archive, hours)), async (keys) => {
    onProgress?.({ step: "read-archive", deliveries: sum.deliveries });
    const read = await work.call("keepObjects", keys, range, firstPartition);
    sum = addCounts(sum, read);
  });
  return sum;
}

async function writeAllPartitions(
  slot: Slot,
  { partitions: firstPartition, refused: refusedBefore }: FilledBefore,
  counts: ReadCounts,
  { work, onProgress, onPartition }: FillDependencies,
): Promise<void> {
  const partitions = new Set(await work.call("partitions"));
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
  await share(work.concurrency, partitions, async (partition) => {
    onProgress?.({ step: "write", partition: partition + 1, of: PARTITIONS });
    const written = await callToEnd((after: string | undefined) =>
      work.call("writePartition", slot, partition, after),
    );
    refusedIn.set(
      partition,
      written.reduce((sum, one) => sum + one.refused, 0),
    );
    await count();
  });
}
