import type { FilterLevel } from "@rainhooks/core";
import { type FilterRule, type RuleKey, ruleKeyText } from "./rule.ts";

/** A store of filter rules. */
export interface RuleStore {
  /**
   * Reads the rules of `keys`.
   *
   * @returns The rules that exist, by {@link ruleKeyText}.
   * @throws {RainhooksError} `rules-unavailable` if the store cannot be read. The caller must then retry the events, neither
   * drop them nor let them pass.
   */
  fetch(keys: readonly RuleKey[]): Promise<ReadonlyMap<string, FilterRule>>;

  /**
   * Returns the levels at which rules may exist, so that rules of other levels need not be read. Without this method rules may
   * exist at every level.
   *
   * @throws {RainhooksError} `rules-unavailable` as `fetch`.
   */
  levels?(): Promise<ReadonlySet<FilterLevel>>;
}

/**
 * Makes a store of the given rules in memory.
 *
 * @example
 * ```ts
 * import { memoryRuleStore, systemKey } from "@rainhooks/filter";
 *
 * const rule = { ...systemKey("rmaker.event.alert"), enabled: false, integrations: [] };
 * const store = memoryRuleStore([rule]);
 * console.log((await store.fetch([rule, systemKey("rmaker.event.node_ts_data")])).size); // 1
 * ```
 */
export function memoryRuleStore(rules: readonly FilterRule[]): RuleStore {
  const all = new Map(rules.map((rule) => [ruleKeyText(rule), rule]));
  return {
    fetch: async (keys) => {
      const found = new Map<string, FilterRule>();
      for (const key of keys) {
        const text = ruleKeyText(key);
        const rule = all.get(text);
        if (rule !== undefined) found.set(text, rule);
      }
      return found;
    },
  };
}
