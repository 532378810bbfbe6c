import type { FilterLevel } from "@rainhooks/core/catalog";
import type { RuleHistory } from "./history.ts";
import { type RuleKey, ruleKeyText } from "./rule.ts";
import type { RuleStore } from "./store.ts";
import { RULE_CACHE_MS } from "./times.ts";

/** How long and how many rules are cached. */
export interface RuleCacheOptions {
  readonly nowMs: () => number;
  /** How long after it was read a rule is right for new deliveries. @defaultValue 60_000 */
  readonly ttlMs?: number;
  /**
   * Maximum number of cached keys; those read longest ago are removed first. @defaultValue 20_000
   */
  readonly maxKeys?: number;
}

interface CachedRule {
  readonly history: RuleHistory | undefined;
  readonly readAtMs: number;
}

interface CachedLevels {
  readonly levels: ReadonlySet<FilterLevel>;
  readonly readAtMs: number;
}

/**
 * Adds a cache to a rule store. It also caches that a rule does not exist, and which levels have no
 * rules at all: rules of these are not read. A change of a rule begins to hold later than `ttlMs`
 * after it was written, so a rule is right for every delivery that was published up to `ttlMs`
 * after the rule was read, however late it is judged. When the store fails and a cached rule is too
 * old for that, the error is thrown, so that the events stay in their queue and are retried.
 */
export function cachedRuleStore(store: RuleStore, options: RuleCacheOptions): RuleStore {
  const { nowMs, ttlMs = RULE_CACHE_MS, maxKeys = 20_000 } = options;
  const cache = new Map<string, CachedRule>();
  let cachedLevels: CachedLevels | undefined;

  /** Returns the levels at which rules may exist; `undefined` if they may exist at every level. */
  async function levels(untilMs: number): Promise<ReadonlySet<FilterLevel> | undefined> {
    if (store.levels === undefined) return undefined;
    if (cachedLevels === undefined || untilMs >= cachedLevels.readAtMs + ttlMs) {
      const readAtMs = nowMs();
      cachedLevels = { levels: await store.levels(), readAtMs };
    }
    return cachedLevels.levels;
  }

  const isRightUntil = (untilMs: number) => (key: RuleKey) => {
    const cached = cache.get(ruleKeyText(key));
    return cached !== undefined && untilMs < cached.readAtMs + ttlMs;
  };

  async function refresh(keys: readonly RuleKey[]): Promise<void> {
    const readAtMs = nowMs();
    const found = await store.fetch(keys);
    for (const key of keys) {
      const text = ruleKeyText(key);
      cache.delete(text);
      cache.set(text, { history: found.get(text), readAtMs });
    }
  }

  function trim(): void {
    for (const text of cache.keys()) {
      if (cache.size <= maxKeys) return;
      cache.delete(text);
    }
  }

  function cachedRules(keys: readonly RuleKey[]): Map<string, RuleHistory> {
    const found = new Map<string, RuleHistory>();
    for (const key of keys) {
      const text = ruleKeyText(key);
      const history = cache.get(text)?.history;
      if (history !== undefined) found.set(text, history);
    }
    return found;
  }

  return {
    fetch: async (all, publishedMs = nowMs()) => {
      // No delivery was published in the future, whatever it says.
      const untilMs = Math.min(publishedMs, nowMs());
      const known = await levels(untilMs);
      const keys = known === undefined ? all : all.filter(({ level }) => known.has(level));
      const isRight = isRightUntil(untilMs);
      const due = keys.filter((key) => !isRight(key));
      if (due.length > 0) await refresh(due);
      const found = cachedRules(keys);
      trim();
      return found;
    },
  };
}
