import type { FilterLevel } from "@rainhooks/core";
import { type FilterRule, type RuleKey, ruleKeyText } from "./rule.ts";
import type { RuleStore } from "./store.ts";

/** How long and how many rules are cached. */
export interface RuleCacheOptions {
  readonly nowMs: () => number;
  /** Age up to which a cached rule is used without reading it again. @defaultValue 60_000 */
  readonly ttlMs?: number;
  /** Age up to which a cached rule is used while the store cannot be read. @defaultValue 900_000 */
  readonly staleMs?: number;
  /** Maximum number of cached keys; those read longest ago are removed first. @defaultValue 20_000 */
  readonly maxKeys?: number;
  /** Called with the error of the store when cached rules are used instead. */
  readonly onStale?: (error: unknown) => void;
}

interface CachedRule {
  readonly rule: FilterRule | undefined;
  readonly readAtMs: number;
}

interface CachedLevels {
  readonly levels: ReadonlySet<FilterLevel>;
  readonly readAtMs: number;
}

/**
 * Adds a cache to a rule store. It also caches that a rule does not exist, and which levels have no rules at all: rules of these
 * are not read. When the store fails, cached rules up to `staleMs`
 * old are used; if a key has none, the error is thrown, so that the events stay in their queue and are retried.
 *
 * @example
 * ```ts
 * import { cachedRuleStore, memoryRuleStore, systemKey } from "@rainhooks/filter";
 *
 * const rule = { ...systemKey("rmaker.event.alert"), enabled: false, integrations: [] };
 * const store = cachedRuleStore(memoryRuleStore([rule]), { nowMs: Date.now, ttlMs: 60_000 });
 * console.log((await store.fetch([rule])).size); // 1
 * ```
 */
export function cachedRuleStore(store: RuleStore, options: RuleCacheOptions): RuleStore {
  const { nowMs, ttlMs = 60_000, staleMs = 900_000, maxKeys = 20_000, onStale } = options;
  const cache = new Map<string, CachedRule>();
  let cachedLevels: CachedLevels | undefined;

  /** Returns the levels at which rules may exist; `undefined` if they may exist at every level. */
  async function levels(): Promise<ReadonlySet<FilterLevel> | undefined> {
    if (store.levels === undefined) return undefined;
    if (cachedLevels !== undefined && nowMs() - cachedLevels.readAtMs < ttlMs) return cachedLevels.levels;
    const readAtMs = nowMs();
    try {
      cachedLevels = { levels: await store.levels(), readAtMs };
    } catch (error) {
      if (cachedLevels === undefined || nowMs() - cachedLevels.readAtMs >= staleMs) throw error;
      onStale?.(error);
    }
    return cachedLevels.levels;
  }

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
    fetch: async (all) => {
      const known = await levels();
      const keys = known === undefined ? all : all.filter(({ level }) => known.has(level));
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
