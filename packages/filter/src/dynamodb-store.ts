import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { messageOf, RainhooksError, type RetryPolicy } from "@rainhooks/core";
import { type Attributes, batchGet, MAX_PARTITION_KEY_BYTES } from "@rainhooks/dynamodb";
import { type FilterRule, type RuleKey, ruleKeyText } from "./rule.ts";
import { fromRuleItem, ruleItemKey } from "./rule-item.ts";
import type { RuleStore } from "./store.ts";

/**
 * Makes a store that reads rules from the DynamoDB table `filter-rules`, 100 keys per call.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { dynamoDbRuleStore, ruleKeyText } from "@rainhooks/filter";
 *
 * const store = dynamoDbRuleStore({ client: new DynamoDBClient({}), tableName: "rainhooks-dev-filter-rules" });
 * const key = { level: "node", entityId: "kitchen", eventType: "rmaker.event.node_connected" } as const;
 * const rules = await store.fetch([key]);
 * console.log(rules.get(ruleKeyText(key))?.enabled); // false
 * ```
 */
export function dynamoDbRuleStore(options: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retry?: RetryPolicy;
}): RuleStore {
  const { tableName } = options;

  return {
    fetch: async (keys) => {
      // A rule for an entity id that is too long for a key cannot be stored, so none exists.
      const storable = keys.filter(
        ({ level, entityId }) =>
          entityId.isWellFormed() && Buffer.byteLength(`${level}#${entityId}`) <= MAX_PARTITION_KEY_BYTES,
      );
      const byItemKey = new Map(storable.map((key) => [itemKeyText(ruleItemKey(key)), key]));
      try {
        const items = await batchGet([...byItemKey.values()].map(ruleItemKey), options);
        return new Map(items.flatMap((item) => ruleEntry(byItemKey.get(itemKeyText(item)), item)));
      } catch (error) {
        throw new RainhooksError(
          "rules-unavailable",
          `Filter rules cannot be read from table ${tableName}: ${messageOf(error)}`,
          { cause: error },
        );
      }
    },
  };
}

function ruleEntry(key: RuleKey | undefined, item: Attributes): [string, FilterRule][] {
  return key === undefined ? [] : [[ruleKeyText(key), fromRuleItem(key, item)]];
}

function itemKeyText(item: Attributes): string {
  return `${item["entity"]?.S} ${item["eventType"]?.S}`;
}
