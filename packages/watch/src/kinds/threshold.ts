import { holdsFor, type NodeFacts } from "../condition/condition.ts";
import type { NodeHistory } from "../history.ts";
import type { ThresholdRule } from "../rule/rule.ts";
import type { Judged, Judgement } from "./values.ts";

/** Returns what the values of a series say under a rule. */
export function judgedThresholds(rule: ThresholdRule, { series, node }: NodeHistory): Judged[] {
  const { points = [] } = series ?? {};
  return points.map(({ atMs, value }) => ({ atMs, judgement: judge(rule, value, node) }));
}

/** Returns what a value says under a rule. */
export function judge(rule: ThresholdRule, value: unknown, node: NodeFacts): Judgement {
  const { above = Number.POSITIVE_INFINITY, below = Number.NEGATIVE_INFINITY, hysteresis, when } = rule;
  if (when !== undefined) {
    const verdict = holdsFor(when, value, node);
    if (verdict === "unknown") return undefined;
    return verdict ? "out" : "in";
  }
  if (typeof value !== "number") return undefined;
  if (value > above || value < below) return "out";
  return value > above - hysteresis || value < below + hysteresis ? "close" : "in";
}
