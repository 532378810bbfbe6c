import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { addCounts } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import { otherSlot, type Slot } from "@rainhooks/dynamodb/slots/slot";
import { COMPARED_TABLES } from "../stores.ts";
import { outcomeOf, type VerifyReport } from "../verify/report.ts";
import { verifyStore } from "../verify/verify-store.ts";
import { PARTITIONS } from "../work/partitions.ts";
import type { SetupJson } from "../work/request.ts";
import { callToEnd, type Work, withWork } from "../work/work.ts";
import { type SlotDependencies, untilFollowed } from "./change-slots.ts";
import { addComparisons, type SlotComparison } from "./compare-work.ts";
import type { ReadCounts } from "./fill-work.ts";
import { type Rebuild, RebuildLease, type StoreState } from "./rebuild-state.ts";

/** What a rebuild needs. */
export interface RebuildDependencies extends SlotDependencies {
  readonly archive: Archive;
  /** What was in force for the store. */
  readonly judged: SetupJson["judged"];
  /**
   * Waits until all that was published before is archived, and returns the folders in which it is.
   */
  readonly hoursWhenArchived: (toMs: number) => Promise<HoursToRead>;
  /**
   * Called before a switch; returns when extensions have read what only the old tables have.
   */
  readonly untilRead?: (() => Promise<void>) | undefined;
  /** Waits until the webhook has handled everything before a time; returns up to when it has. */
  readonly untilHandled: (atLeastMs: number) => Promise<number>;
}

/** What a rebuild is asked for. */
export interface RebuildRequest {
  /** Who asks: an ARN of AWS. */
  readonly startedBy: string;
  readonly copiesRows: boolean;
}

/**
 * Why a rebuild has not switched. `different`: the new tables are not equal to the archive.
 * `unjudged`: that cannot be judged. `fewer`: the live tables have facts that no archived delivery
 * says.
 */
export type SwitchRefusal = "different" | "unjudged" | "fewer";

/** The result of a rebuild. */
export interface RebuildResult {
  readonly outcome: "switched" | SwitchRefusal;
  readonly report: VerifyReport;
  readonly comparison: SlotComparison;
  readonly state: StoreState;
}

/**
 * Makes the tables of a store again from the archive, in the slot that is not live, and switches to
 * it if it is equal to the archive and has no fact less. An interrupted rebuild goes on where it
 * was. Until the switch, the live tables are not touched.
 *
 * @throws {RainhooksError} `input-invalid` if the store has been switched already; `write-conflict`
 * if another process runs it.
 */
export async function runRebuild(
  request: RebuildRequest,
  dependencies: RebuildDependencies,
): Promise<RebuildResult> {
  const lease = await RebuildLease.take(dependencies, (state) =>
    beginOrResume(state, request, dependencies),
  );
  try {
    if (lease.state.rebuild.phase === "copying") await copyRows(lease, dependencies);
    if (lease.state.rebuild.phase === "filling") await fill(lease, dependencies);
    return await judgeAndSwitch(lease, dependencies);
  } finally {
    await lease.release();
  }
}

async function beginOrResume(
  { live, rebuild, store }: StoreState,
  { startedBy, copiesRows }: RebuildRequest,
  dependencies: RebuildDependencies,
): Promise<Rebuild> {
  const refuse = (problem: string) => new RainhooksError("input-invalid", problem);
  if (rebuild?.phase === "switched")
    throw refuse(
      `${store} has been rebuilt already. "rainhooks rebuild drop ${store}" ends that, "rebuild back" returns to the old tables.`,
    );
  if (rebuild?.phase === "dropping")
    throw refuse(
      `The old tables of ${store} are being deleted. Go on with "rainhooks rebuild drop ${store}".`,
    );
  if (rebuild !== undefined) return rebuild;
  const to = otherSlot(live);
  if (await hasItems(to, dependencies))
    throw refuse(
      `The other tables of ${store} are not empty. Empty them with "rainhooks rebuild drop ${store}".`,
    );
  const nowMs = dependencies.nowMs();
  const fresh = {
    to,
    startedBy,
    startedAtMs: nowMs,
    updatedAtMs: nowMs,
    copiesRows,
    partitions: 0,
  };
  return { ...fresh, phase: copiesRows ? "copying" : "filling" };
}

async function hasItems(
  slot: Slot,
  { store, tables, workFunction }: SlotDependencies,
): Promise<boolean> {
  let found = false;
  await withWork(workFunction, { store }, (work) =>
    work.eachSegment(
      tables.map(({ name }) => name),
      slot,
      async (segment) => {
        // Of segments that are asked at once, one that is empty must not hide another one.
        if (await work.call("hasItems", segment)) found = true;
        return {};
      },
    ),
  );
  return found;
}

/**
 * Copies the live rows while nothing else writes to the other slot; what changes meanwhile is
 * written again from the archive.
 */
async function copyRows(lease: RebuildLease, dependencies: RebuildDependencies): Promise<void> {
  const { live } = lease.state;
  const { store, workFunction, signal, onProgress } = dependencies;
  onProgress?.({ step: "copy-rows" });
  await withWork(workFunction, { store, runner: lease.runner }, (work) =>
    work.eachSegment(COMPARED_TABLES[store], live, (segment, after) => {
      signal?.throwIfAborted();
      return work.call("copySegment", segment, otherSlot(live), after);
    }),
  );
  await lease.save({ rebuild: { phase: "filling" } });
}

/**
 * Writes what the webhook has handled to the other slot: reads the archive once, keeps the
 * deliveries by partition of their nodes' ids, and writes partition by partition, so that each row
 * is written once for each 20,000 events of its partition.
 */
async function fill(lease: RebuildLease, dependencies: RebuildDependencies): Promise<void> {
  const { nowMs, store, judged, workFunction } = dependencies;
  if (!lease.state.both) await lease.save({ both: true });
  // Functions follow from when it was written on, so the time is taken after that.
  if (lease.state.rebuild.bothAtMs === undefined)
    await lease.save({ rebuild: { bothAtMs: nowMs() } });
  // What was published later is written to both slots by the functions.
  const toMs = await untilFollowed(lease.state.rebuild.bothAtMs ?? 0, "both-slots", dependencies);
  const hours = await dependencies.hoursWhenArchived(toMs);
  await lease.save({});
  await withWork(workFunction, { store, runner: lease.runner, judged }, async (work) => {
    const counts = await keepArchive(work, hours, toMs, lease, dependencies);
    await writePartitions(work, counts, lease, dependencies);
  });
  await lease.save({ rebuild: { phase: "filled" } });
}

async function keepArchive(
  work: Work,
  hours: HoursToRead,
  toMs: number,
  lease: RebuildLease,
  { archive, onProgress }: RebuildDependencies,
): Promise<ReadCounts> {
  const { partitions } = lease.state.rebuild;
  let sum: ReadCounts = { deliveries: 0, events: 0, unknown: 0, unreadable: 0 };
  await work.eachBatch(archive, hours, async (keys) => {
    onProgress?.({ step: "read-archive", deliveries: sum.deliveries });
    const read = await work.call("keepObjects", keys, { fromMs: 0, toMs }, partitions);
    sum = addCounts(sum, read);
  });
  return sum;
}

async function writePartitions(
  work: Work,
  counts: ReadCounts,
  lease: RebuildLease,
  { onProgress }: RebuildDependencies,
): Promise<void> {
  const { live, rebuild } = lease.state;
  const partitions = new Set(work.partitions);
  const refusedIn = new Map<number, number>();
  let next = rebuild.partitions;
  let refused = rebuild.counts?.refused ?? 0;
  // Another run begins with the first partition that is not written, so those behind it do not
  // count yet.
  const save = async () => {
    const before = next;
    for (; next < PARTITIONS && (refusedIn.has(next) || !partitions.has(next)); next += 1)
      refused += refusedIn.get(next) ?? 0;
    if (next > before)
      await lease.save({ rebuild: { partitions: next, counts: { ...counts, refused } } });
  };
  await save();
  await work.each(partitions, async (partition) => {
    onProgress?.({ step: "write", partition: partition + 1, of: PARTITIONS });
    let sum = 0;
    await callToEnd(async (after: string | undefined) => {
      const written = await work.call("writeRows", otherSlot(live), partition, after);
      sum += written.refused;
      return written;
    });
    refusedIn.set(partition, sum);
    await save();
  });
}

async function judgeAndSwitch(
  lease: RebuildLease,
  dependencies: RebuildDependencies,
): Promise<RebuildResult> {
  const { store, judged, workFunction, nowMs } = dependencies;
  const { live } = lease.state;
  // So that no reader misses after the switch what it has seen before.
  if (lease.state.ahead !== otherSlot(live)) await lease.save({ ahead: otherSlot(live) });
  if (lease.state.rebuild.aheadAtMs === undefined)
    await lease.save({ rebuild: { aheadAtMs: nowMs() } });
  const { rebuild } = lease.state;
  const leadMs = await untilFollowed(rebuild.aheadAtMs ?? 0, "lead", dependencies);
  const toMs = await dependencies.untilHandled(leadMs);
  const setup = { store, judged };
  const report = await withWork(workFunction, setup, (work) =>
    verifyStore({ store, slot: otherSlot(live), toMs }, { ...dependencies, work }),
  );
  const comparison = await withWork(workFunction, setup, (work) =>
    compareSlots(work, live, report.fromMs, dependencies),
  );
  const reason = reasonNotTo(report, comparison, rebuild);
  if (reason === undefined) {
    await dependencies.untilRead?.();
    await lease.save({ live: otherSlot(live), rebuild: { phase: "switched" } });
  } else {
    // Until somebody decides, the live tables must not wait for the other ones.
    await lease.save({ ahead: undefined, rebuild: { aheadAtMs: undefined } });
  }
  return { outcome: reason ?? "switched", report, comparison, state: lease.state };
}

/**
 * Compares the facts of both slots while events are written to both. The live slot is read first:
 * what it has and the other does not is missing there.
 *
 * @param fromMs When the first archived delivery was published: what is older cannot come from the
 * archive.
 */
async function compareSlots(
  work: Work,
  live: Slot,
  fromMs: number,
  { store, nowMs, onProgress }: RebuildDependencies,
): Promise<SlotComparison> {
  const readAtMs = nowMs();
  for (const slot of [live, otherSlot(live)]) {
    onProgress?.({ step: "read-slot", slot });
    const source = slot === live ? "stored" : "archived";
    await work.eachSegment(COMPARED_TABLES[store], slot, (segment, after) =>
      work.call("readTable", segment, source, after),
    );
  }
  const compared: SlotComparison[] = [];
  await work.each(work.partitions, async (partition) => {
    compared.push(await work.call("compareInSlots", partition, { fromMs, readAtMs }));
  });
  return addComparisons(compared);
}

function reasonNotTo(
  report: VerifyReport,
  { lost }: SlotComparison,
  { copiesRows }: Rebuild,
): SwitchRefusal | undefined {
  // Copied rows are from before the archive.
  const facts = report.facts + (copiesRows ? report.unjudgedFacts.older : 0);
  const outcome = outcomeOf({ ...report, facts }, copiesRows);
  if (outcome !== "equal") return outcome;
  return lost > 0 ? "fewer" : undefined;
}
