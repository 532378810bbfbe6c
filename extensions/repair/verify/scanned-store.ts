import { cachedRuleStore, type RuleCacheOptions } from "@rainhooks/filter/cached-store";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import type { RuleHistory } from "@rainhooks/filter/history";
import { type RuleTable, readHistories } from "@rainhooks/filter/rule-table";
import { memoryHistories, type RuleStore } from "@rainhooks/filter/store";

/** How rules are read. */
export interface ScannedRuleOptions extends RuleCacheOptions {
  /** Maximum number of rules that are read at once and kept. @defaultValue 100_000 */
  readonly maxRules?: number;
}

/**
 * Makes a store that reads all rules of a table once, when the first are asked for: for those who ask for the
 * rules of many nodes in the past. Of a table with more rules than `maxRules`, those that are asked for are
 * read, and cached.
 */
export function scannedRuleStore(
  table: RuleTable,
  { maxRules = 100_000, ...cache }: ScannedRuleOptions,
): RuleStore {
  let scanned: Promise<RuleStore> | undefined;
  const scan = async () => {
    const histories: RuleHistory[] = [];
    for await (const history of readHistories(table)) {
      histories.push(history);
      if (histories.length > maxRules) return cachedRuleStore(dynamoDbRuleStore(table), cache);
    }
    return memoryHistories(histories);
  };
  return {
    fetch: async (keys, untilMs) => {
      scanned ??= scan();
      return (await scanned).fetch(keys, untilMs);
    },
  };
}
