import type { EventType, FilterLevel } from "@rainhooks/core/catalog";
import { type RuleHistory, ruleAt } from "./history.ts";
import type { FilterRule, RuleKey } from "./rule.ts";

/** Returns the rule of a key, or `undefined` if there is none. */
export type RuleLookup = (key: RuleKey) => FilterRule | undefined;

/**
 * Makes a lookup in the given rules. It makes no text of each key, so it is faster than a map by
 * `ruleKeyText`.
 */
export function ruleLookup(rules: Iterable<FilterRule>): RuleLookup {
  return finder(rules, (rule) => rule);
}

/**
 * Makes lookups in rules with their changes: for a time of publishing, in the rules that were in
 * force then.
 */
export function historyLookup(histories: Iterable<RuleHistory>): (atMs: number) => RuleLookup {
  const find = finder(histories, ({ key }) => key);
  return (atMs) => (key) => ruleAt(find(key), atMs);
}

/** Returns a function that finds an entry by its key. */
function finder<Entry>(
  entries: Iterable<Entry>,
  keyOf: (entry: Entry) => RuleKey,
): (key: RuleKey) => Entry | undefined {
  const byType = new Map<EventType, Readonly<Record<FilterLevel, Map<string, Entry>>>>();
  for (const entry of entries) {
    const { level, entityId, eventType } = keyOf(entry);
    const levels = byType.get(eventType) ?? { system: new Map(), user: new Map(), node: new Map() };
    byType.set(eventType, levels);
    levels[level].set(entityId, entry);
  }
  return ({ level, entityId, eventType }) => byType.get(eventType)?.[level].get(entityId);
}
