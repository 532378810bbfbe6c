import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { RainhooksError } from "@rainhooks/core/errors";
import { otherSlot, type Slot } from "@rainhooks/dynamodb/slots/slot";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { Store } from "../store-names.ts";
import { COMPARED_TABLES } from "../stores.ts";
import { type EndedAt, segmentsOf } from "../verify/read-tables.ts";
import type { VerifyReport } from "../verify/report.ts";
import { verifyStore } from "../verify/verify-store.ts";
import type { SentSetup } from "../work/request.ts";
import { share } from "../work/share.ts";
import { callToEnd, type Work, type WorkFunction, withWork } from "../work/work.ts";
import { compareSlots } from "./compare-slots.ts";
import type { SlotComparison } from "./compare-work.ts";
import { fillSlot } from "./fill.ts";
import { type LeaseDependencies, RebuildLease } from "./lease.ts";
import type { Rebuild, StoreState } from "./rebuild-state.ts";

/** What changing the slots of a store needs. */
export interface SlotDependencies extends LeaseDependencies, OperationOptions {
  readonly store: Store;
  /** The tables of the store, those of slot `a`. */
  readonly tables: readonly TableDescription[];
  readonly workFunction: WorkFunction;
  /**
   * How long after a change of slots every function follows it, milliseconds: the age of what they know, and
   * their timeout.
   */
  readonly settleMs: number;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
}

/** What a rebuild needs. */
export interface RebuildDependencies extends SlotDependencies {
  readonly archive: Archive;
  /** What was in force for the store. */
  readonly judged: SentSetup["judged"];
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
  /** Begin with a copy of the live rows, for what is older than the archive. */
  readonly copiesRows: boolean;
}

/**
 * Why a rebuild has not switched. `different`: the new tables are not equal to the archive. `unjudged`: that
 * cannot be judged. `fewer`: the live tables have facts that no archived delivery says.
 */
export type NotSwitched = "different" | "unjudged" | "fewer";

/** The result of a rebuild. */
export interface RebuildResult {
  readonly outcome: "switched" | NotSwitched;
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

/** Lets the function write as long as this process holds the rebuild. */
function withHeldWork<Result>(
  lease: RebuildLease,
  { store, workFunction }: SlotDependencies,
  run: (work: Work) => Promise<Result>,
  judged?: SentSetup["judged"],
): Promise<Result> {
  const setup = { store, runner: lease.runner, ...(judged === undefined ? {} : { judged }) };
  return withWork(workFunction, setup, run);
}

async function fill(lease: RebuildLease, dependencies: RebuildDependencies): Promise<void> {
  const { nowMs, wait, onProgress = () => undefined } = dependencies;
  if (!lease.state.both) await lease.save({ both: true });
  // Functions follow from when it was written on, so the time is taken after that.
  if (lease.state.rebuild.bothAtMs === undefined) await lease.save({ rebuild: { bothAtMs: nowMs() } });
  const { live, rebuild } = lease.state;
  // What was published later is written to both slots by the functions.
  const cutMs = followedAtMs(rebuild.bothAtMs, dependencies);
  while (nowMs() < cutMs) {
    onProgress({ step: "wait", wait: { for: "both-slots", leftMs: cutMs - nowMs() } });
    await wait(Math.min(1000, cutMs - nowMs()));
  }
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

/** Returns when all functions follow a change of slots, also by a clock of SNS that is behind this one. */
function followedAtMs(
  changedAtMs = 0,
  { settleMs, clockMarginMs }: Pick<RebuildDependencies, "settleMs" | "clockMarginMs">,
): number {
  return changedAtMs + settleMs + clockMarginMs;
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
  const toMs = await dependencies.untilHandled(followedAtMs(rebuild.aheadAtMs, dependencies));
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
): NotSwitched | undefined {
  if (differentFacts > 0) return "different";
  const { older, rules, settings } = unjudgedFacts;
  // Copied rows are from before the archive.
  const unjudged = rules + settings + deliveries.unknown + deliveries.unreadable + (copiesRows ? 0 : older);
  if (unjudged > 0 || facts + (copiesRows ? older : 0) === 0) return "unjudged";
  return lost > 0 ? "fewer" : undefined;
}

/**
 * Makes one of both slots live, while both are written: the rebuilt one although it is not equal, or the old
 * one again.
 *
 * @throws {RainhooksError} `input-invalid` if the rebuilt slot does not have everything yet, or nothing is
 * rebuilt.
 */
export async function switchSlots(
  to: "rebuilt" | "old",
  dependencies: SlotDependencies,
): Promise<StoreState> {
  const lease = await RebuildLease.take(dependencies, ({ store, rebuild }) => {
    if (rebuild?.phase === "switched" || (rebuild?.phase === "filled" && to === "rebuilt")) return rebuild;
    const why = rebuild === undefined ? "is not being rebuilt" : `is ${rebuild.phase}`;
    throw wrong(`There is nothing to switch to: ${store} ${why}.`);
  });
  try {
    const { rebuild } = lease.state;
    const live = to === "rebuilt" ? rebuild.to : otherSlot(rebuild.to);
    await letLead(live, lease, dependencies);
    await lease.save({ live, rebuild: { phase: "switched" } });
    return lease.state;
  } finally {
    await lease.release();
  }
}

/**
 * Lets functions write to a slot first, and waits until they do: a reader that comes to it then finds all
 * that it has seen in the other.
 */
async function letLead(
  slot: Slot,
  lease: RebuildLease,
  { settleMs, wait, onProgress }: Pick<RebuildDependencies, "settleMs" | "wait" | "onProgress">,
): Promise<void> {
  // An interrupted change may have left the other one ahead.
  await lease.save({ ahead: slot });
  if (lease.state.live === slot) return;
  onProgress?.({ step: "wait", wait: { for: "lead" } });
  await wait(settleMs);
  await lease.save({});
}

/**
 * Ends a rebuild, whatever its phase: functions write to the live slot only, and the items of the other one
 * are deleted.
 *
 * @param slot The slot whose items are deleted.
 * @param request.perSecond Items that are deleted at most. @defaultValue as many as the tables take
 * @returns How many items were deleted.
 * @throws {RainhooksError} `input-invalid` if that slot is live.
 */
export async function dropSlot(
  slot: Slot,
  { startedBy, perSecond }: Pick<RebuildRequest, "startedBy"> & { readonly perSecond?: number | undefined },
  dependencies: SlotDependencies,
): Promise<number> {
  const nowMs = dependencies.nowMs();
  const begun = { startedBy, startedAtMs: nowMs, updatedAtMs: nowMs, copiesRows: false, partitions: 0 };
  const lease = await RebuildLease.take(dependencies, ({ store, live, rebuild }) => {
    if (slot === live) throw wrong(`Slot ${slot} of ${store} is live, so its items are not deleted.`);
    return { ...(rebuild ?? { ...begun, to: slot }), phase: "dropping" };
  });
  try {
    await lease.save({ both: false, ahead: undefined });
    dependencies.onProgress?.({ step: "wait", wait: { for: "unused" } });
    await dependencies.wait(dependencies.settleMs);
    await lease.save({});
    const deleted = await clearSlot(slot, perSecond, lease, dependencies);
    await lease.finish();
    return deleted;
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** Deletes all items of a slot. What is deleted need not be read again if this is interrupted. */
async function clearSlot(
  slot: Slot,
  perSecond: number | undefined,
  lease: RebuildLease,
  dependencies: SlotDependencies,
): Promise<number> {
  const { tables, signal, onProgress } = dependencies;
  let deleted = 0;
  await withHeldWork(lease, dependencies, async (work) => {
    for (const { name, partitionKey, sortKey } of tables) {
      const keys = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])].map((key) => key.name);
      await share(work.concurrency, segmentsOf([name], slot, work.concurrency), async (segment) => {
        await callToEnd(async (after: EndedAt["after"]) => {
          signal?.throwIfAborted();
          onProgress?.({ step: "delete-items", items: deleted });
          const rate = perSecond && perSecond / work.concurrency;
          const cleared = await work.call("clearSegment", segment, keys, rate, after);
          deleted += cleared.items;
          return cleared;
        });
      });
    }
  });
  return deleted;
}

function wrong(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
