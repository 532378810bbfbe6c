import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { FilterLevel } from "@rainhooks/core";
import type { FilterRule, RuleKey } from "./rule.ts";

/** Returns the primary key of a rule in the table. */
export function ruleItemKey(key: RuleKey): Record<string, AttributeValue> {
  return { entity: { S: `${key.level}#${key.entityId}` }, eventType: { S: key.eventType } };
}

/** Converts a rule to an item of the table. */
export function toRuleItem(rule: FilterRule): Record<string, AttributeValue> {
  return {
    ...ruleItemKey(rule),
    ...marshall({ enabled: rule.enabled, integrations: [...rule.integrations] }),
  };
}

/** Converts an item of the table to the rule of `key`. */
export function fromRuleItem(key: RuleKey, item: Record<string, AttributeValue>): FilterRule {
  const { enabled, integrations } = unmarshall(item);
  return {
    ...key,
    enabled: enabled === true,
    integrations: Array.isArray(integrations) ? integrations.map(String) : [],
  };
}

/**
 * Returns the item that says that rules of a level may exist. It is written before the first rule of its level and stays when the last
 * one is deleted. It has only a key, and its entity is that of no rule.
 */
export function levelItem(level: FilterLevel): Record<string, AttributeValue> {
  return { entity: { S: LEVELS }, eventType: { S: level } };
}

/** Entity of the items that say which levels have rules. */
const LEVELS = "levels";
