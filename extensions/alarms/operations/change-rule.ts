import { RainhooksError } from "@rainhooks/core/errors";
import type { StageAccess } from "@rainhooks/stage/reached";
import { requireRule } from "../alarms/select-alarms.ts";
import type { Rule } from "../rule/rule.ts";
import type { RuleChange, WatchRuleState } from "../rules/rule-history.ts";
import { changeWatchRule, WATCH_RULE_AHEAD_MS } from "../rules/rule-store.ts";
import { ruleTableOf } from "./tables.ts";

/** A version of a rule, and from when on it holds, epoch milliseconds. */
export interface ChangedRule {
  readonly name: string;
  readonly version: number;
  readonly fromMs: number;
}

/** Adds a rule, or replaces the one with its name. */
export function addRule(reached: StageAccess, rule: Rule): Promise<ChangedRule> {
  return change(reached, rule.name, { status: "in-force", rule });
}

/** What can be done with a rule that is stored. */
export type RuleVerb = "pause" | "resume" | "rm";

/**
 * Pauses, resumes or removes a rule.
 *
 * @throws {RainhooksError} `not-found` if there is none, `input-invalid` if it is not paused and is to be
 * resumed.
 */
export async function changeRule(reached: StageAccess, verb: RuleVerb, name: string): Promise<ChangedRule> {
  const { last } = await requireRule(ruleTableOf(reached), name);
  return change(reached, name, changeOf(verb, name, last));
}

function changeOf(verb: RuleVerb, name: string, last: WatchRuleState): RuleChange {
  if (verb !== "resume") return { status: verb === "rm" ? "removed" : "paused" };
  if (last.status === "in-force")
    throw new RainhooksError("input-invalid", `The rule ${name} is not paused.`);
  return { status: "in-force", rule: last.rule };
}

async function change(reached: StageAccess, name: string, to: RuleChange): Promise<ChangedRule> {
  const fromMs = Date.now() + WATCH_RULE_AHEAD_MS;
  const { states } = await changeWatchRule(ruleTableOf(reached), name, to, fromMs);
  return { name, version: states.at(-1)?.version ?? 1, fromMs };
}
