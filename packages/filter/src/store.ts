import type { FilterLevel } from "@rainhooks/core/catalog";
import { alwaysInForce, type RuleHistory } from "./history.ts";
import { type FilterRule, type RuleKey, ruleKeyText } from "./rule.ts";

/** A store of filter rules. */
export interface RuleStore {
  /**
   * Reads the rules of `keys`, with their changes.
   *
   * @param untilMs For deliveries up to this time of publishing, the result must be right.
   * @defaultValue now
   * @returns The rules that exist or have existed, by {@link ruleKeyText}.
   * @throws {RainhooksError} `rules-unavailable` if the store cannot be read. The caller must then
   * retry the events, neither drop them nor let them pass.
   */
  fetch(keys: readonly RuleKey[], untilMs?: number): Promise<ReadonlyMap<string, RuleHistory>>;

  /**
   * Returns the levels at which rules may exist, so that rules of other levels need not be read.
   * Without this method rules may exist at every level.
   *
   * @throws {RainhooksError} `rules-unavailable` as `fetch`.
   */
  levels?(): Promise<ReadonlySet<FilterLevel>>;
}

/** Makes a store of the given rules in memory, which have always been as they are. */
export function memoryRuleStore(rules: readonly FilterRule[]): RuleStore {
  return memoryHistories(rules.map(alwaysInForce));
}

/** Makes a store of the given rules with their changes in memory. */
export function memoryHistories(histories: readonly RuleHistory[]): RuleStore {
  const all = new Map(histories.map((history) => [ruleKeyText(history.key), history]));
  return {
    fetch: async (keys) => {
      const found = new Map<string, RuleHistory>();
      if (all.size === 0) return found;
      for (const key of keys) {
        const text = ruleKeyText(key);
        const history = all.get(text);
        if (history !== undefined) found.set(text, history);
      }
      return found;
    },
  };
}
