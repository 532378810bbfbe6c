import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  chunk,
  DEFAULT_RETRY,
  messageOf,
  RainhooksError,
  type RetryPolicy,
  retryLeftovers,
} from "@rainhooks/core";
import { type FilterRule, type RuleKey, ruleKeyText } from "./rule.ts";
import { fromRuleItem, ruleItemKey } from "./rule-item.ts";
import type { RuleStore } from "./store.ts";

/** Most keys that one BatchGetItem takes. */
const KEYS_PER_CALL = 100;
/** Longest partition key that DynamoDB takes. There is no rule about an id that does not fit: it could not be stored. */
const MAX_KEY_BYTES = 2048;

/** Rules in the DynamoDB table `filter-rules`, read in batches of 100 keys. */
export function dynamoDbRuleStore(options: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retry?: RetryPolicy;
}): RuleStore {
  const { client, tableName, retry = DEFAULT_RETRY } = options;

  async function fetchChunk(keys: readonly RuleKey[], found: Map<string, FilterRule>): Promise<void> {
    const byItemKey = new Map(keys.map((key) => [itemKeyText(ruleItemKey(key)), key]));
    const left = await retryLeftovers(
      keys.map(ruleItemKey),
      async (itemKeys) => {
        const answer = await client.send(
          new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: [...itemKeys] } } }),
        );
        for (const item of answer.Responses?.[tableName] ?? []) {
          const key = byItemKey.get(itemKeyText(item));
          if (key !== undefined) found.set(ruleKeyText(key), fromRuleItem(key, item));
        }
        return answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
      },
      retry,
    );
    if (left.length > 0) throw new Error(`${left.length} keys stayed unprocessed`);
  }

  return {
    fetch: async (keys) => {
      const storable = keys.filter(
        ({ level, entityId }) =>
          entityId.isWellFormed() && Buffer.byteLength(`${level}#${entityId}`) <= MAX_KEY_BYTES,
      );
      const unique = [...new Map(storable.map((key) => [ruleKeyText(key), key])).values()];
      const found = new Map<string, FilterRule>();
      try {
        await Promise.all(chunk(unique, KEYS_PER_CALL).map((some) => fetchChunk(some, found)));
      } catch (error) {
        throw new RainhooksError(
          "rules-unavailable",
          `Filter rules cannot be read from table ${tableName}: ${messageOf(error)}`,
          { cause: error },
        );
      }
      return found;
    },
  };
}

function itemKeyText(item: Record<string, AttributeValue>): string {
  return `${item["entity"]?.S} ${item["eventType"]?.S}`;
}
