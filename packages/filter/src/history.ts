import type { FilterRule, RuleKey } from "./rule.ts";

/** A rule, or its absence, from a time on. */
export interface RuleState {
  /** When it begins to hold, epoch milliseconds. */
  readonly fromMs: number;
  /** `undefined`: from then on there is no rule. */
  readonly rule: FilterRule | undefined;
}

/** A rule with its changes. */
export interface RuleHistory {
  readonly key: RuleKey;
  /** In the order in which they begin. Before the first one, there was no rule. */
  readonly states: readonly RuleState[];
  /**
   * Start of the known history: older changes are not kept. For earlier times, the first state
   * counts.
   */
  readonly knownFromMs: number;
}

/** Maximum number of states that are kept of a rule. */
export const MAX_STATES = 50;

export function alwaysInForce(rule: FilterRule): RuleHistory {
  const { level, entityId, eventType } = rule;
  return { key: { level, entityId, eventType }, states: [{ fromMs: 0, rule }], knownFromMs: 0 };
}

/** Returns the rule that was in force at a time; `undefined` if there was none. */
export function ruleAt(history: RuleHistory | undefined, atMs: number): FilterRule | undefined {
  return history?.states.findLast(({ fromMs }) => fromMs <= atMs)?.rule;
}

/**
 * Returns the last state of a rule, which may begin to hold in the future.
 */
export function latestRule({ states }: RuleHistory): FilterRule | undefined {
  return states.at(-1)?.rule;
}

/**
 * Adds a change to a history. States that would begin later than it are gone: they have never held.
 */
export function changedHistory(history: RuleHistory, change: RuleState): RuleHistory {
  const before = history.states.filter(({ fromMs }) => fromMs < change.fromMs);
  const states = [...before, change].slice(-MAX_STATES);
  // What was not known before is known from the change on.
  const knownFromMs = Math.min(history.knownFromMs, change.fromMs);
  const [first] = states;
  if (first === undefined || states.length > before.length)
    return { ...history, states, knownFromMs };
  return {
    ...history,
    states: [{ ...first, fromMs: 0 }, ...states.slice(1)],
    knownFromMs: Math.max(knownFromMs, first.fromMs),
  };
}
