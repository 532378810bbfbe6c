import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { DEFAULT_RETRY, type RetryPolicy, retryLeftovers } from "@rainhooks/core/retry";

/** Maximum number of puts and deletes in one BatchWriteItem. */
export const MAX_WRITES_PER_CALL = 25;

/** The table to write to, and how. */
export interface BatchWriteOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @defaultValue DEFAULT_RETRY */
  readonly retry?: RetryPolicy;
}

/**
 * Puts and deletes items without a condition, and retries UnprocessedItems.
 *
 * @param requests Up to {@link MAX_WRITES_PER_CALL} requests with different keys.
 * @returns The requests that are still unprocessed after the last retry.
 */
export function batchWrite(
  requests: readonly WriteRequest[],
  { client, tableName, retry = DEFAULT_RETRY }: BatchWriteOptions,
): Promise<readonly WriteRequest[]> {
  const send = async (batch: readonly WriteRequest[]) => {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: [...batch] } }),
    );
    return UnprocessedItems?.[tableName] ?? [];
  };
  return retryLeftovers(requests, send, retry);
}
