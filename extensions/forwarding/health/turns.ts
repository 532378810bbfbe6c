import { SECOND_MS } from "@rainhooks/core/durations";
import type { DestinationStore } from "../destinations/destination-store.ts";
import { updateIf, updateItem } from "../destinations/update-item.ts";
import { healthKey } from "./health.ts";

/** The number of requests that need a turn, and the rate limit of the destination. */
export interface TurnsInput {
  readonly count: number;
  readonly ratePerS: number;
  readonly nowMs: number;
}

/**
 * Reserves turns of a destination with a rate limit. A turn is a time at which one request may be sent, epoch
 * milliseconds. All functions share the turns of a destination: turns are evenly spaced, and each is given to
 * one request only. One call costs one or two write units, for any number of turns.
 */
export async function takeTurns(
  store: DestinationStore,
  id: string,
  { count, ratePerS, nowMs }: TurnsInput,
): Promise<number[]> {
  const spacingMs = SECOND_MS / ratePerS;
  const takenMs = Math.ceil(count * spacingMs);
  const firstMs = (await startTurns(store, id, nowMs, takenMs))
    ? nowMs
    : (await addTurns(store, id, takenMs)) - takenMs;
  return Array.from({ length: count }, (_, index) => firstMs + Math.floor(index * spacingMs));
}

/**
 * Reserves turns only if all turns that were reserved before are past. It reserves the turns of one second at
 * most, so that the next caller does not wait longer than that. One call costs one write unit.
 *
 * @returns The times of the turns: fewer than `count` if one second has fewer, none if a reserved turn is
 * still in the future.
 */
export async function takeFreeTurns(
  store: DestinationStore,
  id: string,
  { count, ratePerS, nowMs }: TurnsInput,
): Promise<number[]> {
  const spacingMs = SECOND_MS / ratePerS;
  const free = Math.min(count, Math.max(1, Math.floor(ratePerS)));
  if (!(await startTurns(store, id, nowMs, Math.ceil(free * spacingMs)))) return [];
  return Array.from({ length: free }, (_, index) => nowMs + Math.floor(index * spacingMs));
}

/** Reserves turns from now on, if all turns that were reserved before are past. */
function startTurns(store: DestinationStore, id: string, nowMs: number, takenMs: number): Promise<boolean> {
  return updateIf(store, healthKey(id), {
    UpdateExpression: "SET turnsUntilMs = :until",
    ConditionExpression: "attribute_not_exists(turnsUntilMs) OR turnsUntilMs <= :now",
    ExpressionAttributeValues: { ":until": { N: String(nowMs + takenMs) }, ":now": { N: String(nowMs) } },
  });
}

/** Reserves turns after the last one that is reserved. Returns when the last new turn ends. */
async function addTurns(store: DestinationStore, id: string, takenMs: number): Promise<number> {
  const item = await updateItem(store, healthKey(id), {
    UpdateExpression: "ADD turnsUntilMs :taken",
    ExpressionAttributeValues: { ":taken": { N: String(takenMs) } },
    ReturnValues: "UPDATED_NEW",
  });
  return Number(item?.["turnsUntilMs"]?.N ?? 0);
}
