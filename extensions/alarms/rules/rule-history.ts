import type { Rule, RuleVersion } from "../rule/rule.ts";

/** A rule from a time on. */
export interface WatchRuleState {
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly version: number;
  readonly rule: Rule;
  /** `in-force`, or why the rule finds nothing from then on. */
  readonly status: "in-force" | "paused" | "removed";
}

/** A rule with its changes. */
export interface WatchRuleHistory {
  readonly name: string;
  /** Number of changes. */
  readonly revision: number;
  /** In the order in which they begin. */
  readonly states: readonly WatchRuleState[];
}

/** Maximum number of states that are kept of a rule. */
const MAX_STATES = 50;

/** Returns the versions of a rule in which it was in force, oldest first. */
export function versionsOf({ states }: Pick<WatchRuleHistory, "states">): RuleVersion[] {
  return states.flatMap(({ fromMs, version, rule, status }, index) =>
    status === "in-force" ? [{ rule, version, fromMs, untilMs: states[index + 1]?.fromMs }] : [],
  );
}

/** What a rule becomes. */
export type RuleChange =
  | { readonly status: "in-force"; readonly rule: Rule }
  | { readonly status: "paused" | "removed" };

/**
 * Adds a change to the history of a rule. States that would begin later than it are gone: they have never
 * held. A rule that comes into force has the next version.
 */
export function changedRule(
  history: WatchRuleHistory | undefined,
  name: string,
  change: RuleChange,
  fromMs: number,
): WatchRuleHistory {
  const states = history?.states ?? [];
  const last = states.at(-1);
  const version =
    Math.max(0, ...states.map((state) => state.version)) + (change.status === "in-force" ? 1 : 0);
  const rule = change.status === "in-force" ? change.rule : last?.rule;
  const before = states.filter((state) => state.fromMs < fromMs);
  const revision = (history?.revision ?? 0) + 1;
  if (rule === undefined) return { name, revision, states: before };
  return {
    name,
    revision,
    states: [...before, { fromMs, version, rule, status: change.status }].slice(-MAX_STATES),
  };
}
