import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { addCounts, chunk } from "@rainhooks/core/collections";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { Store } from "@rainhooks/stage/tables/store-names";
import { COMPARED_TABLES } from "../stores.ts";
import type { Work } from "../work/work.ts";
import type { FactDifference } from "./compare-node.ts";
import { type Evidence, explainDifferences, firstOf } from "./explain.ts";
import type { TablesRead } from "./read-tables.ts";
import { type ExplainedDifference, NO_DELIVERIES, Totals, type VerifyReport } from "./report.ts";
import {
  type ArchivedPart,
  type CompareTimes,
  MAX_PROBLEMS,
  type ReadRange,
} from "./verify-work.ts";

/** What to verify. */
export interface VerifyRequest {
  readonly store: Store;
  /** One slot for the whole verification, also if the other one becomes live meanwhile. */
  readonly slot: Slot;
  /** Nodes that were chosen at random: no table is read as a whole. @defaultValue all are read */
  readonly sample?: readonly string[] | undefined;
  /** First time of publishing, epoch milliseconds. @defaultValue the first archived delivery */
  readonly fromMs?: number | undefined;
  /**
   * End of the times of publishing, exclusive: everything before has been handled by the webhook.
   */
  readonly toMs: number;
}

/** What a verification needs. */
export interface VerifyDependencies extends Pick<OperationOptions, "onProgress"> {
  readonly work: Work;
  readonly archive: Archive;
  /**
   * Called when the tables have been read. Returns the folders to read when everything that the
   * tables can contain is archived.
   */
  readonly hoursWhenArchived: (readAtMs: number) => Promise<HoursToRead>;
  readonly nowMs: () => number;
}

/** Nodes whose items are read in one call. */
const NODES_TOGETHER = 20;

/**
 * Compares the tables of a store with what follows from the archive. First the tables are read,
 * then the archive up to the moment at which they were: so the archive has everything that can be
 * in the tables, also while events come. Both are kept by partition of the nodes' ids, and compared
 * node by node.
 */
export async function verifyStore(
  request: VerifyRequest,
  dependencies: VerifyDependencies,
): Promise<VerifyReport> {
  const tables = await readTables(request, dependencies);
  const readAtMs = dependencies.nowMs();
  const hours = await dependencies.hoursWhenArchived(readAtMs);
  const { toMs } = request;
  const archived = await readArchive(
    hours,
    { fromMs: request.fromMs ?? 0, toMs, readAtMs },
    dependencies,
  );
  const fromMs = request.fromMs ?? archived.firstMs ?? toMs;
  const isIncomplete = archived.counts.unreadable > 0;
  const times = { fromMs, isFromAsked: request.fromMs !== undefined, isIncomplete, readAtMs };
  const { counts, differences } = await comparePartitions(times, dependencies);
  return {
    ...counts,
    fromMs,
    toMs,
    deliveries: archived.counts,
    problems: archived.problems,
    tables,
    differences: await explain(hours, differences, { fromMs, toMs }, dependencies),
  };
}

/** Finds the deliveries that say what differs, if any can. */
async function explain(
  hours: HoursToRead,
  differences: readonly FactDifference[],
  range: Pick<ReadRange, "fromMs" | "toMs">,
  { work, archive, onProgress }: VerifyDependencies,
): Promise<ExplainedDifference[]> {
  let found: readonly Evidence[] = [];
  let objects = 0;
  if (differences.some(({ archived }) => archived !== undefined))
    await work.eachBatch(archive, hours, async (keys) => {
      onProgress?.({ step: "explain", objects });
      const more = await work.call("explainObjects", keys, differences, range);
      found = firstOf([...found, ...more]);
      objects += keys.length;
    });
  return explainDifferences(differences, found);
}

async function readTables(
  { store, slot, sample }: VerifyRequest,
  { work, onProgress }: VerifyDependencies,
): Promise<TablesRead> {
  let items = 0;
  let units = 0;
  const count = async <Read extends TablesRead>(call: () => Promise<Read>): Promise<Read> => {
    onProgress?.({ step: "read-tables", items });
    const read = await call();
    items += read.items;
    units += read.units;
    return read;
  };
  if (sample === undefined)
    await work.eachSegment(COMPARED_TABLES[store], slot, (segment, after) =>
      count(() => work.call("readTable", segment, "stored", after)),
    );
  else
    await work.each(chunk(sample, NODES_TOGETHER), (some) =>
      count(() => work.call("readNodes", slot, some)),
    );
  return { items, units };
}

async function readArchive(
  hours: HoursToRead,
  range: ReadRange,
  { work, archive, onProgress }: VerifyDependencies,
): Promise<ArchivedPart> {
  let counts = NO_DELIVERIES;
  const problems: string[] = [];
  let firstMs: number | undefined;
  await work.eachBatch(archive, hours, async (keys) => {
    onProgress?.({ step: "read-archive", objects: counts.objects, deliveries: counts.read });
    const part = await work.call("readObjects", keys, range);
    counts = addCounts(counts, part.counts);
    problems.push(...part.problems);
    if (part.firstMs !== undefined) firstMs = Math.min(firstMs ?? part.firstMs, part.firstMs);
  });
  return { counts, problems: problems.slice(0, MAX_PROBLEMS), firstMs };
}

async function comparePartitions(
  times: CompareTimes,
  { work, onProgress }: VerifyDependencies,
): Promise<Totals> {
  const total = new Totals();
  const { partitions } = work;
  let done = 0;
  await work.each(partitions, async (partition) => {
    onProgress?.({ step: "compare", partitions: done, of: partitions.length });
    total.addPartition(await work.call("compareFacts", partition, times));
    done += 1;
  });
  return total;
}
