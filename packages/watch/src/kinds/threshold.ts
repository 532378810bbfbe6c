import { holdsFor, type NodeFacts } from "../condition/condition.ts";
import type { Span } from "../episode.ts";
import type { NodeHistory } from "../history.ts";
import type { ThresholdRule } from "../rule/rule.ts";
import { type Judgement, spansOf } from "./values.ts";

/** Returns the times for which the values of a series were out of bounds for long enough. */
export function thresholdSpans(rule: ThresholdRule, { series, node }: NodeHistory): Span[] {
  if (series === undefined) return [];
  const judged = series.points.map(({ atMs, value }) => ({ atMs, judgement: judge(rule, value, node) }));
  return spansOf(judged, series.complete, rule.forMs);
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
