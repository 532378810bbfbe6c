import type { FilterLevel } from "@rainhooks/core/catalog";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import type { RuleHistory } from "@rainhooks/filter/history";
import type { RuleKey } from "@rainhooks/filter/rule";
import { type RuleTable, readHistories } from "@rainhooks/filter/rule-table";

/** For which times the rules are known. */
export interface RuleKnowledge {
  /**
   * Returns true if it is known which rule was in force for a key at a time, or that none was.
   *
   * @param history The history of the key's rule, if there is one.
   */
  isKnown(key: RuleKey, history: RuleHistory | undefined, atMs: number): boolean;
}

/**
 * Finds out for which times the rules of a table are known. A rule without its history is known for no time.
 * If a level has had rules and has none any more, somebody has deleted them with their histories: a deleted
 * rule stays as a change of its history.
 *
 * @throws {RainhooksError} `rules-unavailable` if the table cannot be read.
 */
export async function rulePeriods(table: RuleTable): Promise<RuleKnowledge> {
  const levels = (await dynamoDbRuleStore(table).levels?.()) ?? new Set<FilterLevel>();
  const present = new Set<FilterLevel>();
  for await (const { key } of readHistories(table)) present.add(key.level);
  return {
    isKnown: ({ level }, history, atMs) =>
      history === undefined ? !levels.has(level) || present.has(level) : history.knownFromMs <= atMs,
  };
}
