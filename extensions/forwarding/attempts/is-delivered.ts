import { tableCall } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { queryAll, type TableAccess } from "@rainhooks/dynamodb/read-all";

/**
 * Reads what the log has of the attempts for an event at a destination, and their claims. Half a
 * read unit or more for each event. An attempt of a moment ago counts.
 */
export function attemptsAt(
  log: TableAccess,
  webhookId: string,
  destination: string,
): Promise<Attributes[]> {
  const query = {
    KeyConditionExpression: "webhookId = :id AND begins_with(#item, :destination)",
    ProjectionExpression: "#item, outcome, nextAtMs, attempt, atMs, sinceMs",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: {
      ":id": { S: webhookId },
      ":destination": { S: `${destination}#` },
    },
    ConsistentRead: true,
  };
  return tableCall(log.tableName, () => queryAll(log, query));
}

/** Whether one of some attempts has delivered their event. */
export function hasDelivered(attempts: readonly Attributes[]): boolean {
  return attempts.some(({ outcome }) => outcome?.S === "delivered");
}

/** Returns whether the log of attempts shows an event as delivered to a destination. */
export async function isDelivered(
  log: TableAccess,
  webhookId: string,
  destination: string,
): Promise<boolean> {
  return hasDelivered(await attemptsAt(log, webhookId, destination));
}
