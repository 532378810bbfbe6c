import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableCall } from "@rainhooks/dynamodb/errors";
import type { DestinationStore } from "../destinations/destination-store.ts";
import { updateIf } from "../destinations/update-item.ts";
import { type Pause, type PauseKey, pauseItemKey } from "./pause.ts";

/**
 * Stores since when a destination is active again after a pause, if it is not stored yet. The
 * missed range stops growing once all functions have read this change.
 *
 * @param isStored Whether the pause has an item: otherwise one is made, as a function may still
 * leave events to it.
 */
export function noteActive(
  store: DestinationStore,
  key: PauseKey,
  nowMs: number,
  isStored: boolean,
) {
  return updateIf(store, pauseItemKey(key), {
    UpdateExpression: "SET activeSinceMs = if_not_exists(activeSinceMs, :now)",
    ExpressionAttributeValues: { ":now": { N: String(nowMs) } },
    ...(isStored && { ConditionExpression: "attribute_exists(id)" }),
  });
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
export function closePause(
  { client, tableName }: DestinationStore,
  pause: Pause,
): Promise<boolean> {
  const { missed } = pause;
  const command = new DeleteItemCommand({
    TableName: tableName,
    Key: pauseItemKey(pause),
    ...(missed === undefined
      ? { ConditionExpression: "attribute_not_exists(missedToMs)" }
      : {
          ConditionExpression: "missedFromMs = :from AND missedToMs = :to",
          ExpressionAttributeValues: {
            ":from": { N: String(missed.fromMs) },
            ":to": { N: String(missed.toMs) },
          },
        }),
  });
  return tableCall(tableName, () => isConditionTrue(client.send(command)));
}
