import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { FILTER_LEVELS } from "@rainhooks/core/catalog";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import type { RetryPolicy } from "@rainhooks/core/retry";
import { batchGet } from "@rainhooks/dynamodb/batch-get";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { MAX_PARTITION_KEY_BYTES } from "@rainhooks/dynamodb/limits";
import type { RuleHistory } from "./history.ts";
import { type RuleKey, ruleKeyText } from "./rule.ts";
import { fromRuleItem, itemKeyText, levelItem, ruleItemKey } from "./rule-item.ts";
import type { RuleStore } from "./store.ts";

/** Makes a store that reads rules from the DynamoDB table `filter-rules`, 100 keys per call. */
export function dynamoDbRuleStore(options: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retry?: RetryPolicy;
}): RuleStore {
  const { tableName } = options;

  async function read(keys: readonly Attributes[]): Promise<Attributes[]> {
    try {
      return await batchGet(keys, options);
    } catch (error) {
      throw new RainhooksError(
        "rules-unavailable",
        `Filter rules cannot be read from table ${tableName}: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  return {
    fetch: async (keys) => {
      // A rule for an entity id that is too long for a key cannot be stored, so none exists.
      const storable = keys.filter(
        ({ level, entityId }) =>
          entityId.isWellFormed() &&
          Buffer.byteLength(`${level}#${entityId}`) <= MAX_PARTITION_KEY_BYTES,
      );
      const byItemKey = new Map(storable.map((key) => [itemKeyText(ruleItemKey(key)), key]));
      const items = await read([...byItemKey.values()].map(ruleItemKey));
      return new Map(items.flatMap((item) => ruleEntry(byItemKey.get(itemKeyText(item)), item)));
    },
    levels: async () => {
      const found = new Set((await read(FILTER_LEVELS.map(levelItem))).map(itemKeyText));
      return new Set(FILTER_LEVELS.filter((level) => found.has(itemKeyText(levelItem(level)))));
    },
  };
}

function ruleEntry(key: RuleKey | undefined, item: Attributes): [string, RuleHistory][] {
  return key === undefined ? [] : [[ruleKeyText(key), fromRuleItem(key, item).history]];
}
