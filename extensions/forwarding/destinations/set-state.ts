import { marshall } from "@aws-sdk/util-dynamodb";
import { newTimeId } from "@rainhooks/core/time-id";
import { resetHealth } from "../health/report.ts";
import { noteActive } from "../pauses/change.ts";
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
  /**
   * Records that it will be changed, of what nobody has asked for; it throws if that cannot be
   * recorded.
   */
  readonly record?: () => Promise<void>;
}

/**
 * Changes the state of a destination, unless it has that state already: then reason and time stay
 * those of the first change. One that is disabled is not paused. A change of settings that began
 * before fails with `write-conflict`.
 *
 * @returns The destination, and whether this call has changed it.
 * @throws {RainhooksError} `not-found` if there is no such destination.
 */
export async function setState(store: DestinationStore, id: string, change: StateChange) {
  const before = await requireDestination(store, id);
  const { state } = change;
  if (before.state === state || (state === "paused" && before.state !== "active"))
    return { destination: before, changed: false };
  await change.record?.();
  const pauseId = newTimeId(change.atMs);
  const old = await updateItem(store, { id: { S: id } }, updateOf(change, pauseId));
  const pauseBefore = old === undefined ? before.pauseId : old["pauseId"]?.S;
  const destination = await requireDestination(store, id);
  const changed = old !== undefined || isOwn(destination, change, pauseId);
  if (changed && state === "active") {
    if (pauseBefore !== undefined)
      await noteActive(store, { destination: id, pauseId: pauseBefore }, change.atMs, false);
    // The counts from before the stop do not apply to a destination that starts again.
    await resetHealth(store, id);
  }
  return { destination, changed };
}

/**
 * Whether this call has made a change although its condition did not hold: the client has repeated
 * it, because its response was lost.
 */
function isOwn(destination: Destination, { state, atMs }: StateChange, pauseId: string): boolean {
  const { pausedAtMs, updatedAtMs } = destination;
  if (destination.state !== state || updatedAtMs !== atMs) return false;
  return state === "active" || pausedAtMs !== atMs || destination.pauseId === pauseId;
}

function updateOf({ state, reason, atMs }: StateChange, pauseId: string) {
  const isActive = state === "active";
  const set = [
    "#state = :state, updatedAtMs = :now",
    // Since when it gets no events: from paused to disabled, that stays the same.
    isActive ? "resumedAtMs = :now" : "pausedAtMs = if_not_exists(pausedAtMs, :now)",
    ...(isActive ? [] : ["pauseId = if_not_exists(pauseId, :pause)"]),
    ...(reason === undefined ? [] : ["stateReason = :reason"]),
  ];
  const remove = [
    ...(isActive ? ["pausedAtMs", "pauseId"] : []),
    ...(reason === undefined ? ["stateReason"] : []),
  ];
  const values = {
    ":state": state,
    ":now": atMs,
    ":one": 1,
    ":reason": reason,
    ":pause": isActive ? undefined : pauseId,
    ":active": state === "paused" ? "active" : undefined,
  };
  return {
    UpdateExpression: `SET ${set.join(", ")} ADD #version :one${remove.length === 0 ? "" : ` REMOVE ${remove.join(", ")}`}`,
    ConditionExpression: `attribute_exists(id) AND #state ${state === "paused" ? "= :active" : "<> :state"}`,
    ExpressionAttributeNames: { "#state": "state", "#version": "version" },
    ExpressionAttributeValues: marshall(values, { removeUndefinedValues: true }),
    ReturnValues: "ALL_OLD",
  } as const;
}
