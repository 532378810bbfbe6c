import { type FilterRule, type RuleKey, ruleKeyText } from "./rule.ts";
import type { RuleStore } from "./store.ts";

/** How long a rule is believed. */
export interface RuleCacheOptions {
  readonly nowMs: () => number;
  /** A rule read less than this ago is not read again. Default a minute. */
  readonly ttlMs?: number;
  /** A rule read less than this ago is still used while the store cannot be read. Default 15 minutes. */
  readonly staleMs?: number;
  /** Keys held at most; the ones read longest ago leave first. Default 20,000. */
  readonly maxKeys?: number;
  /** Told when the store failed and rules of earlier are used. */
  readonly onStale?: (error: unknown) => void;
}

interface CachedRule {
  readonly rule: FilterRule | undefined;
  readonly readAtMs: number;
}

/**
 * Puts a cache before a rule store; that a rule does not exist is remembered too. When the store fails, rules of up
 * to `staleMs` ago are used; without one for every key the failure is passed on, so that events wait in their queue.
 */
export function cachedRuleStore(store: RuleStore, options: RuleCacheOptions): RuleStore {
  const { nowMs, ttlMs = 60_000, staleMs = 900_000, maxKeys = 20_000, onStale } = options;
  const cache = new Map<string, CachedRule>();

  const youngerThan = (maxAgeMs: number) => (key: RuleKey) => {
    const cached = cache.get(ruleKeyText(key));
    return cached !== undefined && nowMs() - cached.readAtMs < maxAgeMs;
  };

  async function refresh(keys: readonly RuleKey[]): Promise<void> {
    const readAtMs = nowMs();
    const found = await store.fetch(keys);
    for (const key of keys) {
      const text = ruleKeyText(key);
      cache.delete(text);
      cache.set(text, { rule: found.get(text), readAtMs });
    }
  }

  function trim(): void {
    for (const text of cache.keys()) {
      if (cache.size <= maxKeys) return;
      cache.delete(text);
    }
  }

  function cachedRules(keys: readonly RuleKey[]): Map<string, FilterRule> {
    const found = new Map<string, FilterRule>();
    for (const key of keys) {
      const text = ruleKeyText(key);
      const rule = cache.get(text)?.rule;
      if (rule !== undefined) found.set(text, rule);
    }
    return found;
  }

  return {
    fetch: async (keys) => {
      const fresh = youngerThan(ttlMs);
      const due = keys.filter((key) => !fresh(key));
      try {
        if (due.length > 0) await refresh(due);
      } catch (error) {
        if (!due.every(youngerThan(staleMs))) throw error;
        onStale?.(error);
      }
      const found = cachedRules(keys);
      trim();
      return found;
    },
  };
}
