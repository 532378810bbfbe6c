import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { AttemptReader } from "./read-attempts.ts";

/**
 * Returns whether the log of attempts shows an event as delivered to a destination. Half a read unit or more
 * for each event.
 */
export async function isDelivered(
  { client, tableName }: AttemptReader,
  webhookId: string,
  destination: string,
): Promise<boolean> {
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
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
    },
  );
  try {
    for await (const { Count = 0 } of pages) if (Count > 0) return true;
    return false;
  } catch (error) {
    throw tableError(tableName, error);
  }
}
