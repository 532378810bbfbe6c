import { RainhooksError } from "@rainhooks/core/errors";
import { otherSlot, type Slot } from "@rainhooks/dynamodb/slots/slot";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { Store } from "@rainhooks/stage/tables/store-names";
import { type WorkFunction, withWork } from "../work/work.ts";
import { type LeaseDependencies, RebuildLease, type StoreState } from "./rebuild-state.ts";

/** What changing the slots of a store needs. */
export interface SlotDependencies extends LeaseDependencies, OperationOptions {
  readonly store: Store;
  /** The tables of the store, those of slot `a`. */
  readonly tables: readonly TableDescription[];
  readonly workFunction: WorkFunction;
  /**
   * How long after a change of slots every function follows it, milliseconds: the age of what they
   * know, and their timeout.
   */
  readonly settleMs: number;
  /** How old what a function knows of slots can be, milliseconds. */
  readonly slotsAgeMs: number;
  /**
   * Returns up to when the webhook has handled everything that was published. Only where that is
   * known at once.
   */
  readonly processedUntilMs?: (() => Promise<number>) | undefined;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
}

const LOOK_EVERY_MS = 1000;

/**
 * Waits until all functions follow a change of slots, also by a clock of SNS that is behind this
 * one. A function follows when what it knows is too old. One that has begun before ends with its
 * timeout, or when everything that was published by then is handled: where nothing runs, that is at
 * once.
 *
 * @returns From when on all follow.
 */
export async function untilFollowed(
  sinceMs: number,
  waitFor: "both-slots" | "lead" | "unused",
  dependencies: SlotDependencies,
): Promise<number> {
  const { settleMs, clockMarginMs, slotsAgeMs, processedUntilMs, nowMs, wait, onProgress } =
    dependencies;
  const endMs = sinceMs + settleMs + clockMarginMs;
  for (;;) {
    const now = nowMs();
    if (now >= endMs) return endMs;
    if (now > sinceMs + slotsAgeMs && ((await processedUntilMs?.()) ?? 0) > sinceMs + slotsAgeMs)
      return now;
    const leftMs = endMs - now;
    onProgress?.({
      step: "wait",
      wait: waitFor === "both-slots" ? { for: waitFor, leftMs } : { for: waitFor },
    });
    await wait(Math.min(LOOK_EVERY_MS, leftMs));
  }
}

/**
 * Makes one of both slots live, while both are written: the rebuilt one although it is not equal,
 * or the old one again.
 *
 * @throws {RainhooksError} `input-invalid` if the rebuilt slot does not have everything yet, or
 * nothing is rebuilt.
 */
export async function switchSlots(
  to: "rebuilt" | "old",
  dependencies: SlotDependencies,
): Promise<StoreState> {
  const lease = await RebuildLease.take(dependencies, ({ store, rebuild }) => {
    if (rebuild?.phase === "switched" || (rebuild?.phase === "filled" && to === "rebuilt"))
      return rebuild;
    const why = rebuild === undefined ? "is not being rebuilt" : `is ${rebuild.phase}`;
    throw new RainhooksError("input-invalid", `There is nothing to switch to: ${store} ${why}.`);
  });
  try {
    const { rebuild } = lease.state;
    const live = to === "rebuilt" ? rebuild.to : otherSlot(rebuild.to);
    // Functions write to it first, and a reader that comes to it finds all that it has seen in the
    // other. An interrupted change may have left the other one ahead.
    await lease.save({ ahead: live });
    if (lease.state.live !== live)
      await untilFollowed(dependencies.nowMs(), "lead", { ...dependencies, clockMarginMs: 0 });
    await lease.save({ live, rebuild: { phase: "switched" } });
    return lease.state;
  } finally {
    await lease.release();
  }
}

/**
 * Ends a rebuild, whatever its phase: functions write to the live slot only, and the items of the
 * other one are deleted.
 *
 * @param slot The slot whose items are deleted.
 * @param request Who asks, an ARN of AWS, and how many items are deleted in a second at most
 * (default: as many as the tables take).
 * @returns How many items were deleted.
 * @throws {RainhooksError} `input-invalid` if that slot is live.
 */
export async function dropSlot(
  slot: Slot,
  { startedBy, perSecond }: { readonly startedBy: string; readonly perSecond?: number | undefined },
  dependencies: SlotDependencies,
): Promise<number> {
  const nowMs = dependencies.nowMs();
  const fresh = {
    startedBy,
    startedAtMs: nowMs,
    updatedAtMs: nowMs,
    copiesRows: false,
    partitions: 0,
  };
  const lease = await RebuildLease.take(dependencies, ({ store, live, rebuild }) => {
    if (slot !== live) return { ...(rebuild ?? { ...fresh, to: slot }), phase: "dropping" };
    const message = `Slot ${slot} of ${store} is live, so its items are not deleted.`;
    throw new RainhooksError("input-invalid", message);
  });
  try {
    await lease.save({ both: false, ahead: undefined });
    await untilFollowed(dependencies.nowMs(), "unused", { ...dependencies, clockMarginMs: 0 });
    await lease.save({});
    const deleted = await clearSlot(slot, perSecond, lease.runner, dependencies);
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
  runner: string,
  { store, tables, workFunction, signal, onProgress }: SlotDependencies,
): Promise<number> {
  let deleted = 0;
  const rate = perSecond && perSecond / workFunction.concurrency;
  await withWork(workFunction, { store, runner }, async (work) => {
    for (const { name, partitionKey, sortKey } of tables) {
      const keys = [partitionKey.name, ...(sortKey === undefined ? [] : [sortKey.name])];
      await work.eachSegment([name], slot, async (segment, after) => {
        signal?.throwIfAborted();
        onProgress?.({ step: "delete-items", items: deleted });
        const cleared = await work.call("clearSegment", segment, keys, rate, after);
        deleted += cleared.items;
        return cleared;
      });
    }
  });
  return deleted;
}
