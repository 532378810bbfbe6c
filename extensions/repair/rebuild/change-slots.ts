import { otherSlot, type Slot } from "@rainhooks/dynamodb/slots/slot";
import { type EndedAt, segmentsOf } from "../verify/read-tables.ts";
import { share } from "../work/share.ts";
import { callToEnd } from "../work/work.ts";
import { RebuildLease } from "./lease.ts";
import type { StoreState } from "./rebuild-state.ts";
import { type SlotDependencies, untilFollowed, withHeldWork, wrong } from "./slot-dependencies.ts";

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
async function letLead(slot: Slot, lease: RebuildLease, dependencies: SlotDependencies): Promise<void> {
  // An interrupted change may have left the other one ahead.
  await lease.save({ ahead: slot });
  if (lease.state.live === slot) return;
  await untilFollowed(dependencies.nowMs(), "lead", { ...dependencies, clockMarginMs: 0 });
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
  { startedBy, perSecond }: { readonly startedBy: string; readonly perSecond?: number | undefined },
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
    await untilFollowed(dependencies.nowMs(), "unused", { ...dependencies, clockMarginMs: 0 });
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
