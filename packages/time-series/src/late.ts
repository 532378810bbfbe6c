import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { DEFAULT_RETRY, mapLimited, type RetryPolicy } from "@rainhooks/core";
import { type Attributes, batchGet, conditionHeld } from "@rainhooks/dynamodb";

const WRITES_AT_ONCE = 16;

/**
 * Deletes the rollups of days with late points, and invalidates the claims of rollups that are being made. `keys` are the keys of
 * these days without duplicates; the points must be written before. A day without a rollup costs one
 * read.
 */
export async function dropRollups(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly Attributes[],
  retry: RetryPolicy = DEFAULT_RETRY,
): Promise<void> {
  const present = await batchGet(keys, {
    client,
    tableName,
    retry,
    consistent: true,
    attributes: ["series", "day"],
  });
  await mapLimited(present, WRITES_AT_ONCE, (key) => drop(client, tableName, key));
}

function drop(client: DynamoDBClient, tableName: string, key: Attributes): Promise<boolean> {
  return conditionHeld(
    client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: "ADD generation :one REMOVE content, expiresAtS",
        ConditionExpression: "attribute_exists(generation)",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      }),
    ),
  );
}
