export { cachedRuleStore, type RuleCacheOptions } from "./cached-store.ts";
export { diffRules } from "./diff.ts";
export { dynamoDbRuleStore } from "./dynamodb-store.ts";
export {
  CONSUMER_DEFAULTS,
  type Decision,
  type DecisionReason,
  evaluate,
  type FilterSubject,
  type MissingRules,
  PUBLISHER_DEFAULTS,
  ruleKeysOf,
  subjectOf,
} from "./evaluate.ts";
export { filterRulesTable } from "./filter-rules-table.ts";
export { alwaysInForce, changedHistory, type RuleHistory, type RuleState, ruleAt } from "./history.ts";
export { knownRules, type RuleKnowledge } from "./known-rules.ts";
export { parseRules } from "./parse-rules.ts";
export { type FilterRule, type RuleKey, ruleKeyText, systemKey } from "./rule.ts";
export { historyLookup, type RuleLookup, ruleLookup } from "./rule-lookup.ts";
export { type RuleTable, readAllRules, writeRules } from "./rule-table.ts";
export { type ScannedRuleOptions, scannedRuleStore } from "./scanned-store.ts";
export { memoryHistories, memoryRuleStore, type RuleStore } from "./store.ts";
export { RULE_AHEAD_MS } from "./times.ts";
