import { tableCall } from "@rainhooks/dynamodb/errors";
import { queryAll, type TableAccess } from "@rainhooks/dynamodb/read-all";

/**
 * Returns whether the log of attempts shows an event as delivered to a destination. Half a read unit or more
 * for each event.
 */
export async function isDelivered(
  log: TableAccess,
  webhookId: string,
  destination: string,
): Promise<boolean> {
  const query = {
    KeyConditionExpression: "webhookId = :id AND begins_with(#item, :destination)",
    FilterExpression: "outcome = :delivered",
    ProjectionExpression: "outcome",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: {
      ":id": { S: webhookId },
      ":destination": { S: `${destination}#` },
      ":delivered": { S: "delivered" },
    },
    // An attempt of a moment ago counts.
    ConsistentRead: true,
  };
  return (await tableCall(log.tableName, () => queryAll(log, query, 1))).length > 0;
}
