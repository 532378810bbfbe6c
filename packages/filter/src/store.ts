import { type FilterRule, type RuleKey, ruleKeyText } from "./rule.ts";

/** Where rules are kept. */
export interface RuleStore {
  /**
   * The rules that exist among `keys`, by {@link ruleKeyText}.
   *
   * @throws {RainhooksError} `rules-unavailable` when the store cannot be read: the events that needed a decision
   * are to be tried again, not dropped and not let through.
   */
  fetch(keys: readonly RuleKey[]): Promise<ReadonlyMap<string, FilterRule>>;
}

/** Rules held in memory. */
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
