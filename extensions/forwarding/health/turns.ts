import { SECOND_MS } from "@rainhooks/core/durations";
import type { DestinationStore } from "../destinations/destination-store.ts";
import { updateIf, updateItem } from "../destinations/update-item.ts";
import { healthKey } from "./health.ts";

/** How many requests want a turn, and how many may be made a second. */
export interface TurnsInput {
  readonly count: number;
  readonly ratePerS: number;
  readonly nowMs: number;
}

/**
 * Takes turns of a destination with a rate limit, which all functions share: the times at which requests may
 * be made, epoch milliseconds. They are evenly spaced, and none is given twice. One or two write units for
 * all of them.
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
 * Takes turns only if none that were taken before are still to come, and only those of a second, so that who
 * needs one next does not wait longer. One write unit.
 *
 * @returns The times of the turns; fewer than `count` if there are not so many, none if others wait for
 * theirs.
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

/** Takes turns from now on, if none that were taken before are still to come. */
function startTurns(store: DestinationStore, id: string, nowMs: number, takenMs: number): Promise<boolean> {
  return updateIf(store, healthKey(id), {
    UpdateExpression: "SET turnsUntilMs = :until",
    ConditionExpression: "attribute_not_exists(turnsUntilMs) OR turnsUntilMs <= :now",
    ExpressionAttributeValues: { ":until": { N: String(nowMs + takenMs) }, ":now": { N: String(nowMs) } },
  });
}

/** Takes turns after those that were taken before; returns when the last of them ends. */
async function addTurns(store: DestinationStore, id: string, takenMs: number): Promise<number> {
  const item = await updateItem(store, healthKey(id), {
    UpdateExpression: "ADD turnsUntilMs :taken",
    ExpressionAttributeValues: { ":taken": { N: String(takenMs) } },
    ReturnValues: "UPDATED_NEW",
  });
  return Number(item?.["turnsUntilMs"]?.N ?? 0);
}
