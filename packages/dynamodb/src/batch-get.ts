import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { type ErrorCode, RainhooksError } from "@rainhooks/core/errors";
import { DEFAULT_RETRY, type RetryPolicy, retryLeftovers } from "@rainhooks/core/retry";
import type { Attributes } from "./key.ts";

/** Maximum number of keys in one BatchGetItem. */
export const MAX_KEYS_PER_CALL = 100;
const MAX_CONCURRENT_CALLS = 8;

/** The table to read from, and how. */
export interface BatchGetOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @defaultValue DEFAULT_RETRY */
  readonly retry?: RetryPolicy;
  /** Whether to use strongly consistent reads, at twice the price. @defaultValue false */
  readonly consistent?: boolean;
  /** Attributes to return. @defaultValue all attributes */
  readonly attributes?: readonly string[];
  /** Code of the error when keys stay unprocessed. @defaultValue "throttled" */
  readonly busyCode?: ErrorCode;
}

/**
 * Reads items by their keys, 100 per call, and retries UnprocessedKeys.
 *
 * @param keys Any number of keys, each once.
 * @returns The items that exist, in no particular order.
 * @throws {RainhooksError} `busyCode` if keys are still unprocessed after the last retry; errors of
 * DynamoDB are rethrown.
 */
export async function batchGet(
  keys: readonly Attributes[],
  options: BatchGetOptions,
): Promise<Attributes[]> {
  const chunks = chunk(keys, MAX_KEYS_PER_CALL);
  return (
    await mapLimited(chunks, MAX_CONCURRENT_CALLS, (keysOfCall) => getChunk(keysOfCall, options))
  ).flat();
}

async function getChunk(
  keys: readonly Attributes[],
  options: BatchGetOptions,
): Promise<Attributes[]> {
  const { client, tableName, retry = DEFAULT_RETRY, busyCode = "throttled" } = options;
  const items: Attributes[] = [];
  const send = async (batch: readonly Attributes[]) => {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [tableName]: { Keys: [...batch], ...readOptions(options) } },
      }),
    );
    items.push(...(Responses?.[tableName] ?? []));
    return UnprocessedKeys?.[tableName]?.Keys ?? [];
  };
  const unprocessed = await retryLeftovers(keys, send, retry);
  if (unprocessed.length === 0) return items;
  throw new RainhooksError(
    busyCode,
    `Table ${tableName} is busy: ${unprocessed.length} of ${keys.length} items were not read.`,
  );
}

function readOptions({ consistent = false, attributes }: BatchGetOptions) {
  if (attributes === undefined) return { ConsistentRead: consistent };
  return {
    ConsistentRead: consistent,
    ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(
      attributes.map((name, index) => [`#a${index}`, name]),
    ),
  };
}
