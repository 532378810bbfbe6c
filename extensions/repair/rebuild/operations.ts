import { otherSlot } from "@rainhooks/dynamodb/slots/slot";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import { callerOf } from "@rainhooks/stage/operate/stage/caller";
import { slotsTableOf } from "../verify/store-dependencies.ts";
import { dropSlot, switchSlots } from "./change-slots.ts";
import { type RebuildableStore, rebuildDependencies, slotDependencies } from "./rebuild-dependencies.ts";
import { readState, type StoreState } from "./rebuild-state.ts";
import { type RebuildResult, runRebuild } from "./run.ts";

/** What a rebuild is asked for. */
export interface RebuildQuestion {
  readonly copiesRows: boolean;
}

/** Rebuilds a store until it has switched, or says why not. One that was interrupted goes on. */
export async function rebuildStore(
  place: RebuildableStore,
  { copiesRows }: RebuildQuestion,
  options: OperationOptions = {},
): Promise<RebuildResult> {
  const dependencies = await rebuildDependencies(place, abortable(options));
  return runRebuild({ startedBy: await callerOf(place.reached), copiesRows }, dependencies);
}

/** Reads which tables of a store are live, and where a rebuild is. */
export function readRebuild(place: RebuildableStore): Promise<StoreState> {
  return readState(slotsTableOf(place.reached), place.store);
}

/** Makes the rebuilt or the old tables live, while functions write to both. */
export function switchStore(
  place: RebuildableStore,
  to: "rebuilt" | "old",
  options: OperationOptions = {},
): Promise<StoreState> {
  return switchSlots(to, slotDependencies(place, options));
}

/** What a drop has done. */
export interface DroppedSlot {
  readonly items: number;
  readonly state: StoreState;
}

/** Deletes the items of the tables that are not live, and ends the rebuild. */
export async function dropOtherTables(
  place: RebuildableStore,
  perSecond?: number,
  options: OperationOptions = {},
): Promise<DroppedSlot> {
  const dependencies = slotDependencies(place, options);
  const { live } = await readState(dependencies.slots, place.store);
  const items = await dropSlot(
    otherSlot(live),
    { startedBy: await callerOf(place.reached), perSecond },
    dependencies,
  );
  return { items, state: await readState(dependencies.slots, place.store) };
}
