import { BatchGetItemCommand, type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { chunk, DEFAULT_RETRY, mapLimited, type RetryPolicy, retryLeftovers } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/sinks";
import { conditionHeld } from "./condition.ts";

const KEYS_PER_CALL = 100;
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
  for (const some of chunk(keys, KEYS_PER_CALL)) {
    const present = await presentOf(client, tableName, some, retry);
    await mapLimited(present, WRITES_AT_ONCE, (key) => drop(client, tableName, key));
  }
}

/** Returns the rollups that exist or are being made. */
async function presentOf(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly Attributes[],
  retry: RetryPolicy,
): Promise<Attributes[]> {
  const present: Attributes[] = [];
  const remaining = await retryLeftovers(
    keys,
    async (some) => {
      const answer = await client.send(
        new BatchGetItemCommand({
          RequestItems: {
            [tableName]: {
              Keys: [...some],
              ConsistentRead: true,
              ProjectionExpression: "series, #day",
              ExpressionAttributeNames: { "#day": "day" },
            },
          },
        }),
      );
      present.push(...(answer.Responses?.[tableName] ?? []));
      return answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    },
    retry,
  );
  if (remaining.length > 0) throw new Error(`${remaining.length} rollups were not read`);
  return present;
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
