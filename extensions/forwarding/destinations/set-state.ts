import { newTimeId } from "@rainhooks/core/time-id";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { resetHealth } from "../health/report.ts";
import { endPause } from "../pauses/change.ts";
import type { Destination, DestinationState } from "./destination.ts";
import type { DestinationStore } from "./destination-store.ts";
import { requireDestination } from "./store.ts";
import { updateItem } from "./update-item.ts";

/** A change of a destination's state. */
export interface StateChange {
  readonly state: DestinationState;
  /** Why, for people. */
  readonly reason?: string;
  readonly atMs: number;
}

/**
 * Changes the state of a destination, unless it has that state already: then reason and time stay those of
 * the first change. One that is disabled is not paused. A change of settings that began before fails with `write-conflict`.
 *
 * @returns The destination, and whether this call has changed it.
 * @throws {RainhooksError} `not-found` if there is no such destination.
 */
export async function setState(
  store: DestinationStore,
  id: string,
  change: StateChange,
): Promise<{ readonly destination: Destination; readonly changed: boolean }> {
  const before = await requireDestination(store, id);
  const { state } = change;
  if (before.state === state || (state === "paused" && before.state !== "active"))
    return { destination: before, changed: false };
  const pauseId = newTimeId(change.atMs);
  const old = await updateItem(store, { id: { S: id } }, updateOf(change, pauseId));
  const pauseBefore = old === undefined ? before.pauseId : old["pauseId"]?.S;
  const destination = await requireDestination(store, id);
  const changed = old !== undefined || isOwn(destination, change, pauseId);
  if (changed && state === "active") {
    if (pauseBefore !== undefined)
      await endPause(store, { destination: id, pauseId: pauseBefore }, change.atMs);
    // The counts from before the stop do not apply to a destination that starts again.
    await resetHealth(store, id);
  }
  return { destination, changed };
}

/**
 * Whether this call has made a change although its condition did not hold: the client has repeated it,
 * because its response was lost.
 */
function isOwn(destination: Destination, { state, atMs }: StateChange, pauseId: string): boolean {
  const { pausedAtMs, updatedAtMs } = destination;
  if (destination.state !== state || updatedAtMs !== atMs) return false;
  return state === "active" || pausedAtMs !== atMs || destination.pauseId === pauseId;
}

function updateOf({ state, reason, atMs }: StateChange, pauseId: string) {
  const set = ["#state = :state", "updatedAtMs = :now"];
  const remove: string[] = [];
  const values: Attributes = { ":state": { S: state }, ":now": { N: String(atMs) }, ":one": { N: "1" } };
  if (reason === undefined) remove.push("stateReason");
  else {
    set.push("stateReason = :reason");
    values[":reason"] = { S: reason };
  }
  // Since when it gets no events: from paused to disabled, that stays the same.
  if (state === "active") {
    set.push("resumedAtMs = :now");
    remove.push("pausedAtMs", "pauseId");
  } else {
    set.push("pausedAtMs = if_not_exists(pausedAtMs, :now)", "pauseId = if_not_exists(pauseId, :pause)");
    values[":pause"] = { S: pauseId };
  }
  if (state === "paused") values[":active"] = { S: "active" };
  return {
    UpdateExpression: `SET ${set.join(", ")} ADD #version :one${remove.length === 0 ? "" : ` REMOVE ${remove.join(", ")}`}`,
    ConditionExpression: `attribute_exists(id) AND #state ${state === "paused" ? "= :active" : "<> :state"}`,
    ExpressionAttributeNames: { "#state": "state", "#version": "version" },
    ExpressionAttributeValues: values,
    ReturnValues: "ALL_OLD",
  } as const;
}
