import type { FilterLevel } from "@rainhooks/core/catalog";
import { DAY_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { cachedRuleStore } from "./cached-store.ts";
import { dynamoDbRuleStore } from "./dynamodb-store.ts";
import { CONSUMER_DEFAULTS, evaluate, ruleKeysOf, subjectOf } from "./evaluate.ts";
import type { RuleHistory } from "./history.ts";
import { type RuleKey, ruleKeyText } from "./rule.ts";
import { historyLookup } from "./rule-lookup.ts";
import { type RuleTable, readHistories } from "./rule-table.ts";
import { memoryHistories, type RuleStore } from "./store.ts";

/** Where filter rules are. */
export interface FilterDependencies {
  /** In memory or cached, because rules are asked for with each part of an object. */
  readonly rules: RuleStore;
  /**
   * Returns true if it is known which rule was in force for a key at a time, or that none was.
   *
   * @param history The history of the key's rule, if there is one.
   */
  readonly isKnown: (key: RuleKey, history: RuleHistory | undefined, atMs: number) => boolean;
  readonly integration: string;
}

/**
 * Reads the rules of a table, for those who ask for the rules of many nodes in the past: rules of
 * the past do not change. A rule without its history is known for no time. If a level has had rules
 * and has none any more, somebody has deleted them with their histories: a deleted rule stays as a
 * change of its history.
 *
 * @param maxRules Of a table with more rules, those that are asked for are read, and cached.
 * @throws {RainhooksError} `rules-unavailable` if the table cannot be read.
 */
export async function readFilterRules(
  table: RuleTable,
  maxRules = 100_000,
): Promise<Pick<FilterDependencies, "rules" | "isKnown">> {
  const store = dynamoDbRuleStore(table);
  const levels = (await store.levels?.()) ?? new Set<FilterLevel>();
  const present = new Set<FilterLevel>();
  const histories: RuleHistory[] = [];
  for await (const history of readHistories(table)) {
    present.add(history.key.level);
    if (histories.length <= maxRules) histories.push(history);
  }
  const isInMemory = histories.length <= maxRules;
  const cache = { nowMs: Date.now, ttlMs: DAY_MS };
  return {
    rules: isInMemory ? memoryHistories(histories) : cachedRuleStore(store, cache),
    isKnown: ({ level }, history, atMs) =>
      history === undefined
        ? !levels.has(level) || present.has(level)
        : history.knownFromMs <= atMs,
  };
}

/**
 * Whether an event passes the filter rules that were in force when it was published. `unknown`:
 * they are not known any more.
 */
type FilterResult = "pass" | "filtered" | "unknown";

/**
 * Returns of each event whether it passes the filter rules that were in force when it was
 * published.
 */
export async function filterResults(
  events: readonly RainmakerEvent[],
  { rules, isKnown, integration }: FilterDependencies,
): Promise<Map<RainmakerEvent, FilterResult>> {
  const asked = events.map((event) => ({ event, keys: ruleKeysOf(subjectOf(event)) }));
  const all = asked.flatMap(({ keys }) => keys);
  const histories = all.length === 0 ? NO_HISTORIES : await rules.fetch(all);
  const lookupAt = historyLookup(histories.values());
  const resultOf = ({ event, keys }: (typeof asked)[number]): FilterResult => {
    const historyOf = (key: RuleKey) =>
      histories.size === 0 ? undefined : histories.get(ruleKeyText(key));
    if (!keys.every((key) => isKnown(key, historyOf(key), event.sentAtMs))) return "unknown";
    // A rule that is missing filters nothing out here.
    if (histories.size === 0) return "pass";
    const { pass } = evaluate(
      subjectOf(event),
      lookupAt(event.sentAtMs),
      integration,
      CONSUMER_DEFAULTS,
    );
    return pass ? "pass" : "filtered";
  };
  return new Map(asked.map((one) => [one.event, resultOf(one)]));
}

const NO_HISTORIES: ReadonlyMap<string, RuleHistory> = new Map();
