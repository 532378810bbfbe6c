import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { DestinationStore } from "../destinations/destination-store.ts";
import { updateIf } from "../destinations/update-item.ts";
import { type Pause, type PauseKey, pauseItemKey } from "./pause.ts";

/** Notes that a paused destination has responded with success. */
export function noteResponse(store: DestinationStore, key: PauseKey, nowMs: number): Promise<boolean> {
  return updateIf(store, pauseItemKey(key), {
    UpdateExpression: "SET respondedAtMs = :now",
    ConditionExpression: "attribute_exists(id)",
    ExpressionAttributeValues: { ":now": { N: String(nowMs) } },
  });
}

/**
 * Stores since when a destination is active again after a pause, if it is not stored yet. The missed range
 * stops growing once all functions have read this change.
 */
export function noteActive(store: DestinationStore, key: PauseKey, nowMs: number): Promise<boolean> {
  return updateIf(store, pauseItemKey(key), {
    ...activeSince(nowMs),
    ConditionExpression: "attribute_exists(id)",
  });
}

/**
 * Notes the same when the destination becomes active, also of a pause of which nothing has been noted: a
 * function may still leave events to it.
 */
export function endPause(store: DestinationStore, key: PauseKey, atMs: number): Promise<boolean> {
  return updateIf(store, pauseItemKey(key), activeSince(atMs));
}

function activeSince(nowMs: number) {
  return {
    UpdateExpression: "SET activeSinceMs = if_not_exists(activeSinceMs, :now) REMOVE probeAtMs, probeWaitMs",
    ExpressionAttributeValues: { ":now": { N: String(nowMs) } },
  };
}

/**
 * Stores the id of the replay that sends what was missed.
 *
 * @returns False if somebody else has noted another one since the pause was read.
 */
export function noteJob(store: DestinationStore, pause: Pause, job: string): Promise<boolean> {
  const { job: before } = pause;
  return updateIf(store, pauseItemKey(pause), {
    UpdateExpression: "SET job = :job",
    ConditionExpression: `attribute_exists(id) AND ${before === undefined ? "attribute_not_exists(job)" : "job = :before"}`,
    ExpressionAttributeValues: { ":job": { S: job }, ...(before && { ":before": { S: before } }) },
  });
}

/**
 * Removes a pause, if its missed range is still the given one.
 *
 * @returns False if more was missed since.
 */
export async function closePause({ client, tableName }: DestinationStore, pause: Pause): Promise<boolean> {
  const { missed } = pause;
  const command = new DeleteItemCommand({
    TableName: tableName,
    Key: pauseItemKey(pause),
    ConditionExpression:
      missed === undefined ? "attribute_not_exists(missedToMs)" : "missedFromMs = :from AND missedToMs = :to",
    ...(missed === undefined
      ? {}
      : {
          ExpressionAttributeValues: {
            ":from": { N: String(missed.fromMs) },
            ":to": { N: String(missed.toMs) },
          },
        }),
  });
  try {
    return await isConditionTrue(client.send(command));
  } catch (error) {
    throw tableError(tableName, error);
  }
}

/** Wait before the first event that is sent to a paused destination. */
export const FIRST_PROBE_MS = MINUTE_MS;
/** Maximum wait between two probes. */
export const MAX_PROBE_MS = HOUR_MS;

/**
 * Claims the next event that is sent to a paused destination to find out whether it responds again. Waits
 * become twice as long each time.
 *
 * @returns Whether this call has claimed it: of many functions, one has.
 */
export async function claimProbe(store: DestinationStore, pause: Pause, nowMs: number): Promise<boolean> {
  const { probeAtMs, probeWaitMs } = pause;
  if (probeAtMs === undefined || nowMs < probeAtMs) return false;
  const waitMs = Math.min(MAX_PROBE_MS, 2 * (probeWaitMs ?? FIRST_PROBE_MS));
  const isFirst = probeWaitMs === undefined;
  return updateIf(store, pauseItemKey(pause), {
    UpdateExpression: "SET probeAtMs = :next, probeWaitMs = :wait",
    ConditionExpression: isFirst
      ? "attribute_not_exists(probeAtMs) AND attribute_not_exists(activeSinceMs)"
      : "probeAtMs = :before",
    ExpressionAttributeValues: {
      ":next": { N: String(nowMs + waitMs) },
      ":wait": { N: String(waitMs) },
      ...(isFirst ? {} : { ":before": { N: String(probeAtMs) } }),
    },
  });
}
