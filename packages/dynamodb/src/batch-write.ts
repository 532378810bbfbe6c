import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { DEFAULT_RETRY, type RetryPolicy, retryLeftovers } from "@rainhooks/core/retry";

/** Maximum number of puts and deletes in one BatchWriteItem. */
export const MAX_WRITES_PER_CALL = 25;

/** The table to write to, and how. */
export interface BatchWriteOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @defaultValue DEFAULT_RETRY */
  readonly retry?: RetryPolicy;
  /** How many calls are made at the same time. @defaultValue 1 */
  readonly callsAtOnce?: number;
}

/**
 * Puts and deletes items without a condition, and retries UnprocessedItems.
 *
 * @param requests Any number of requests with different keys: a call has {@link
 * MAX_WRITES_PER_CALL}.
 * @returns The requests that are still unprocessed after the last retry.
 */
export async function batchWrite(
  requests: readonly WriteRequest[],
  { client, tableName, retry = DEFAULT_RETRY, callsAtOnce = 1 }: BatchWriteOptions,
): Promise<readonly WriteRequest[]> {
  const send = async (batch: readonly WriteRequest[]) => {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: [...batch] } }),
    );
    return UnprocessedItems?.[tableName] ?? [];
  };
  const calls = chunk(requests, MAX_WRITES_PER_CALL);
  return (await mapLimited(calls, callsAtOnce, (some) => retryLeftovers(some, send, retry))).flat();
}
