import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { otherSlot, type Slot } from "@rainhooks/dynamodb/slots/slot";
import { COMPARED_TABLES } from "../stores.ts";
import { type EndedAt, segmentsOf } from "../verify/read-tables.ts";
import type { VerifyReport } from "../verify/report.ts";
import { verifyStore } from "../verify/verify-store.ts";
import type { SetupJson } from "../work/request.ts";
import { share } from "../work/share.ts";
import { callToEnd, type Work, withWork } from "../work/work.ts";
import { compareSlots } from "./compare-slots.ts";
import type { SlotComparison } from "./compare-work.ts";
import { fillSlot } from "./fill.ts";
import { RebuildLease } from "./lease.ts";
import type { Rebuild, StoreState } from "./rebuild-state.ts";
import { type SlotDependencies, untilFollowed, withHeldWork, wrong } from "./slot-dependencies.ts";

/** What a rebuild needs. */
export interface RebuildDependencies extends SlotDependencies {
  readonly archive: Archive;
  /** What was in force for the store. */
  readonly judged: SetupJson["judged"];
  /** Waits until all that was published before is archived, and returns the folders in which it is. */
  readonly hoursWhenArchived: (toMs: number) => Promise<HoursToRead>;
  /** Called before a switch; returns when sweeps of alarms have seen what was marked in the old tables. */
  readonly untilSwept?: (() => Promise<void>) | undefined;
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
 * Why a rebuild has not switched. `different`: the new tables are not equal to the archive. `unjudged`: that
 * cannot be judged. `fewer`: the live tables have facts that no archived delivery says.
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
 * Makes the tables of a store again from the archive, in the slot that is not live, and switches to it if it
 * is equal to the archive and has no fact less. An interrupted rebuild goes on where it was. Until the
 * switch, the live tables are not touched.
 *
 * @throws {RainhooksError} `input-invalid` if the store has been switched already; `write-conflict` if
 * another process runs it.
 */
export async function runRebuild(
  request: RebuildRequest,
  dependencies: RebuildDependencies,
): Promise<RebuildResult> {
  const lease = await RebuildLease.take(dependencies, (state) => beginOrResume(state, request, dependencies));
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
  if (rebuild?.phase === "switched")
    throw wrong(
      `${store} has been rebuilt already. "rainhooks rebuild drop ${store}" ends that, "rebuild back" returns to the old tables.`,
    );
  if (rebuild?.phase === "dropping")
    throw wrong(
      `The old tables of ${store} are being deleted. Go on with "rainhooks rebuild drop ${store}".`,
    );
  if (rebuild !== undefined) return rebuild;
  if (await hasItems(otherSlot(live), dependencies))
    throw wrong(
      `The other tables of ${store} are not empty. Empty them with "rainhooks rebuild drop ${store}".`,
    );
  const nowMs = dependencies.nowMs();
  const to = otherSlot(live);
  const begun = { to, startedBy, startedAtMs: nowMs, updatedAtMs: nowMs, copiesRows, partitions: 0 };
  return { ...begun, phase: copiesRows ? "copying" : "filling" };
}

async function hasItems(slot: Slot, { store, tables, workFunction }: SlotDependencies): Promise<boolean> {
  const names = tables.map(({ name }) => name);
  let found = false;
  await withWork(workFunction, { store }, (work) =>
    share(work.concurrency, segmentsOf(names, slot, work.concurrency), async (segment) => {
      found ||= await work.call("hasItems", segment);
    }),
  );
  return found;
}

/**
 * Copies the live rows while nothing else writes to the other slot; what changes meanwhile is written again
 * from the archive.
 */
async function copyRows(lease: RebuildLease, dependencies: RebuildDependencies): Promise<void> {
  const { live } = lease.state;
  const { store, signal, onProgress } = dependencies;
  onProgress?.({ step: "copy-rows" });
  await withHeldWork(lease, dependencies, (work) =>
    share(work.concurrency, segmentsOf(COMPARED_TABLES[store], live, work.concurrency), async (segment) => {
      await callToEnd((after: EndedAt["after"]) => {
        signal?.throwIfAborted();
        return work.call("copySegment", segment, otherSlot(live), after);
      });
    }),
  );
  await lease.save({ rebuild: { phase: "filling" } });
}

async function fill(lease: RebuildLease, dependencies: RebuildDependencies): Promise<void> {
  const { nowMs } = dependencies;
  if (!lease.state.both) await lease.save({ both: true });
  // Functions follow from when it was written on, so the time is taken after that.
  if (lease.state.rebuild.bothAtMs === undefined) await lease.save({ rebuild: { bothAtMs: nowMs() } });
  const { live, rebuild } = lease.state;
  // What was published later is written to both slots by the functions.
  const cutMs = await untilFollowed(rebuild.bothAtMs, "both-slots", dependencies);
  const hours = await dependencies.hoursWhenArchived(cutMs);
  await lease.save({});
  const done = { partitions: rebuild.partitions, refused: rebuild.counts?.refused ?? 0 };
  const { judged } = dependencies;
  const fillAll = (work: Work) =>
    fillSlot(otherSlot(live), { fromMs: 0, toMs: cutMs }, done, {
      ...dependencies,
      ...{ work, hours },
      onPartition: (partitions, counts) => lease.save({ rebuild: { partitions, counts } }),
    });
  await withHeldWork(lease, dependencies, fillAll, judged);
  await lease.save({ rebuild: { phase: "filled" } });
}

async function judgeAndSwitch(
  lease: RebuildLease,
  dependencies: RebuildDependencies,
): Promise<RebuildResult> {
  const { live } = lease.state;
  // So that no reader misses after the switch what it has seen before.
  if (lease.state.ahead !== otherSlot(live)) await lease.save({ ahead: otherSlot(live) });
  if (lease.state.rebuild.aheadAtMs === undefined)
    await lease.save({ rebuild: { aheadAtMs: dependencies.nowMs() } });
  const { rebuild } = lease.state;
  const leadMs = await untilFollowed(rebuild.aheadAtMs, "lead", dependencies);
  const toMs = await dependencies.untilHandled(leadMs);
  const { store, judged, workFunction } = dependencies;
  const setup = { store, judged };
  const report = await withWork(workFunction, setup, (work) =>
    verifyStore({ store, slot: otherSlot(live), toMs }, { ...dependencies, work }),
  );
  const comparison = await withWork(workFunction, setup, (work) =>
    compareSlots(live, report.fromMs, { ...dependencies, work }),
  );
  const reason = reasonNotTo(report, comparison, rebuild);
  if (reason === undefined) {
    await dependencies.untilSwept?.();
    await lease.save({ live: otherSlot(live), rebuild: { phase: "switched" } });
  } else {
    // Until somebody decides, the live tables must not wait for the other ones.
    await lease.save({ ahead: undefined, rebuild: { aheadAtMs: undefined } });
  }
  return { outcome: reason ?? "switched", report, comparison, state: lease.state };
}

function reasonNotTo(
  { differentFacts, facts, unjudgedFacts, deliveries }: VerifyReport,
  { lost }: SlotComparison,
  { copiesRows }: Rebuild,
): SwitchRefusal | undefined {
  if (differentFacts > 0) return "different";
  const { older, rules, settings } = unjudgedFacts;
  // Copied rows are from before the archive.
  const unjudged = rules + settings + deliveries.unknown + deliveries.unreadable + (copiesRows ? 0 : older);
  if (unjudged > 0 || facts + (copiesRows ? older : 0) === 0) return "unjudged";
  return lost > 0 ? "fewer" : undefined;
}
