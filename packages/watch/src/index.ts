export { type Change, changesBetween, type StoredEpisode } from "./compare.ts";
export { appliesTo, type NodeFacts, type Verdict } from "./condition/condition.ts";
export { alarmIdOf, type Episode, type Subject } from "./episode.ts";
export { evaluate, evaluatedFromMs } from "./evaluate.ts";
export type { Heard, NodeHistory, SeriesHistory, ValuePoint } from "./history.ts";
export { readRule, ruleJson } from "./rule/read-rule.ts";
export {
  isNodeRule,
  type NodeRule,
  RULE_KINDS,
  type Rule,
  type RuleKind,
  type RuleVersion,
  SEVERITIES,
  type Severity,
} from "./rule/rule.ts";
