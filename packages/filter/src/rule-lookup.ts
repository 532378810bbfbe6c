import type { EventType, FilterLevel } from "@rainhooks/core";
import type { FilterRule, RuleKey } from "./rule.ts";

/** Returns the rule of a key, or `undefined` if there is none. */
export type RuleLookup = (key: RuleKey) => FilterRule | undefined;

/**
 * Makes a lookup in the given rules. It makes no text of each key, so it is faster than a map by `ruleKeyText`.
 *
 * @example
 * ```ts
 * import { ruleLookup, systemKey } from "@rainhooks/filter";
 *
 * const rule = { ...systemKey("rmaker.event.alert"), enabled: false, integrations: [] };
 * const lookup = ruleLookup([rule]);
 * console.log(lookup(systemKey("rmaker.event.alert"))?.enabled, lookup(systemKey("rmaker.event.node_connected"))); // false undefined
 * ```
 */
export function ruleLookup(rules: Iterable<FilterRule>): RuleLookup {
  const byType = new Map<EventType, Readonly<Record<FilterLevel, Map<string, FilterRule>>>>();
  for (const rule of rules) {
    const levels = byType.get(rule.eventType) ?? { system: new Map(), user: new Map(), node: new Map() };
    byType.set(rule.eventType, levels);
    levels[rule.level].set(rule.entityId, rule);
  }
  return ({ level, entityId, eventType }) => byType.get(eventType)?.[level].get(entityId);
}
